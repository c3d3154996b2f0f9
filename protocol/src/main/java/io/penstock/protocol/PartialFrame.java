package io.penstock.protocol;

import io.penstock.protocol.BadFrame.Reason;
import java.io.ByteArrayOutputStream;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The frame that the next chunk continues. When it outgrows the limit its bytes are let go at once, so that an endless
 * frame costs no memory.
 */
final class PartialFrame {
    private final String unit;
    private final int max;
    private final BadFrameAction onBadFrame;
    private @Nullable ByteArrayOutputStream bytes;
    /** How long the frame is, when it is too long and not kept; 0: it is not. */
    private long oversize;

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
        long length = length() + piece.size();
        if (oversize == 0 && length - uncertain <= max) {
            keep(piece);
        } else if (onBadFrame == BadFrameAction.CLOSE) {
            tooLong(out, length);
        } else {
            oversize = length;
            if (onBadFrame == BadFrameAction.TRUNCATE) {
                keep(piece.take(Math.max(0, max - kept())));
            } else {
                bytes = null;
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

    /** Takes a last byte off, if it is this one and all of the frame is kept. */
    void dropLast(byte last) {
        ByteString whole = oversize > 0 ? ByteString.emptyByteString() : take();
        if (!whole.isEmpty()) {
            keep(whole.apply(whole.size() - 1) == last ? whole.dropRight(1) : whole);
        }
    }

    /** A frame that is too long; forgets it. */
    void tooLong(FrameCollector out, long length) {
        out.bad(new BadFrame(
                Reason.TOO_LONG, unit + " of " + length + " bytes or more (expected: <= " + max + ")", onBadFrame));
        if (onBadFrame == BadFrameAction.TRUNCATE) {
            out.own(take().take(max));
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
