package io.penstock.protocol;

import org.apache.pekko.util.ByteString;

/**
 * A frame that was not delivered as it came.
 *
 * @param reason what was wrong, from a closed list so that it can be counted
 * @param detail the offending value and what was expected, without payload
 * @param action what was done about it
 * @param payload what is kept of it for the quarantine, {@link FrameLimits#maxFrameSize()} bytes at the most, not a
 *     slice of anything larger; empty with any other action
 * @param size how many bytes the frame has, or more; where that is more than the payload has, the payload is only the
 *     frame's beginning. 0: not counted
 * @param receipt tells its sender, where the protocol can; of one frame
 * @param before how many frames of the same read come before it
 */
public record BadFrame(
        Reason reason,
        String detail,
        BadFrameAction action,
        ByteString payload,
        long size,
        Receipt receipt,
        int before) {
    /** One before any frame, of which nothing is kept and whose sender cannot be told. */
    public BadFrame(Reason reason, String detail, BadFrameAction action) {
        this(reason, detail, action, ByteString.emptyByteString(), 0, Receipt.NONE, 0);
    }

    /** What can be wrong with a frame. */
    public enum Reason {
        /** Longer than {@link FrameLimits#maxFrameSize()}. */
        TOO_LONG,
        /** Not what the protocol has: where the next frame begins is not known. Always closes. */
        MALFORMED
    }
}
