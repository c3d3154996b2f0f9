package io.penstock.protocol;

import io.penstock.protocol.BadFrame.Reason;
import java.io.ByteArrayOutputStream;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The frame that the next chunk continues. When it outgrows the limit no more of its bytes are kept than the policy
 * wants, and never more than the limit, so that an endless frame costs no memory.
 */
final class PartialFrame {
    private final String unit;
    private final int max;
    private final BadFrameAction onBadFrame;
    private @Nullable ByteArrayOutputStream bytes;
    /** How long the frame is, when it is too long and not kept; 0: it is not. */
    private long oversize;
    /** What came last of it, whether kept or not. */
    private byte latest;

    /** @param unit what a frame is called in messages, such as {@code line} */
    PartialFrame(FrameLimits limits, String unit) {
        this.unit = unit;
        this.max = limits.maxFrameSize();
        this.onBadFrame = limits.onBadFrame();
    }

    /** Whether there is one. */
    boolean begun() {
        return oversize > 0 || bytes != null;
    }

    /** What has come of it, whether kept or not. */
    long length() {
        return oversize > 0 ? oversize : kept();
    }

    int pendingBytes() {
        return (int) Math.min(length(), Integer.MAX_VALUE);
    }

    /**
     * Continues it, or begins it.
     *
     * @param uncertain bytes at the end of the piece that may turn out to belong to a delimiter
     */
    void append(FrameCollector out, ByteString piece, int uncertain) {
        if (piece.isEmpty()) {
            return;
        }
        latest = piece.apply(piece.size() - 1);
        long length = length() + piece.size();
        if (oversize == 0 && length - uncertain <= max) {
            keep(piece);
        } else if (onBadFrame == BadFrameAction.CLOSE) {
            tooLong(out, length);
        } else {
            oversize = length;
            if (onBadFrame == BadFrameAction.DROP) {
                bytes = null;
            } else {
                keep(piece.take(Math.max(0, max - kept())));
            }
        }
    }

    /** It is whole: goes out as a frame, or as what the policy makes of one that is too long. */
    void end(FrameCollector out) {
        if (length() > max) {
            tooLong(out, length());
        } else {
            out.own(take());
        }
    }

    /** Takes a last byte off, if it is this one. */
    void dropLast(byte last) {
        if (!begun() || latest != last) {
            return;
        }
        if (oversize > 0) {
            oversize--;
        } else {
            keep(take().dropRight(1));
        }
    }

    /** A frame that is too long; forgets it. */
    void tooLong(FrameCollector out, long length) {
        String detail = unit + " of " + length + " bytes or more (expected: <= " + max + ")";
        ByteString kept = take().take(max).compact();
        if (onBadFrame == BadFrameAction.TRUNCATE) {
            out.own(kept);
            out.truncated(detail);
        } else {
            boolean keeps = onBadFrame == BadFrameAction.QUARANTINE;
            out.refused(Reason.TOO_LONG, detail, onBadFrame, keeps ? kept : ByteString.emptyByteString(), length);
        }
        oversize = 0;
        bytes = null;
    }

    private void keep(ByteString piece) {
        if (bytes == null) {
            bytes = new ByteArrayOutputStream(piece.size());
        }
        byte[] array = piece.toArrayUnsafe();
        bytes.write(array, 0, array.length);
    }

    private int kept() {
        return bytes == null ? 0 : bytes.size();
    }

    private ByteString take() {
        ByteString taken =
                bytes == null ? ByteString.emptyByteString() : ByteString.fromArrayUnsafe(bytes.toByteArray());
        bytes = null;
        return taken;
    }
}
