package io.penstock.protocol;

/**
 * A frame that was not delivered as it came.
 *
 * @param reason what was wrong, from a closed list so that it can be counted
 * @param detail the offending value and what was expected, without payload
 * @param action what was done about it
 */
public record BadFrame(Reason reason, String detail, BadFrameAction action) {
    /** What can be wrong with a frame. */
    public enum Reason {
        /** Longer than {@link FrameLimits#maxFrameSize()}. */
        TOO_LONG,
        /** Not what the protocol has: where the next frame begins is not known. Always closes. */
        MALFORMED
    }
}
