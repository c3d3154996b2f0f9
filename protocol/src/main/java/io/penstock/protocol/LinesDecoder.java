package io.penstock.protocol;

import io.penstock.protocol.BadFrame.Reason;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Incremental decoder of {@link LinesProtocol}. A line that spans reads is gathered in {@link #rest}; when it outgrows
 * the limit its bytes are let go at once, so that an endless line costs no memory.
 */
final class LinesDecoder implements FrameDecoder {
    private static final byte LF = '\n';
    private static final byte CR = '\r';

    private final int max;
    private final BadFrameAction onBadFrame;
    /** The beginning of the line that the next chunk continues: at most max bytes, and a CR that may be a delimiter's. */
    private @Nullable ByteArrayOutputStream rest;
    /** How long the current line is, when it is too long and not kept; 0: it is not. */
    private long oversize;

    LinesDecoder(FrameLimits limits) {
        this.max = limits.maxFrameSize();
        this.onBadFrame = limits.onBadFrame();
    }

    @Override
    public Decoded decode(ByteString chunk) {
        Lines lines = new Lines(chunk);
        int start = 0;
        for (int lf = chunk.indexOf(LF); lf >= 0; lf = chunk.indexOf(LF, start)) {
            if (oversize == 0 && rest == null) {
                endLine(lines, start, lf);
            } else {
                endLineOfSeveralReads(lines, chunk.slice(start, lf));
            }
            start = lf + 1;
            if (lines.closed) {
                return lines.decoded();
            }
        }
        keep(lines, chunk.drop(start));
        return lines.decoded();
    }

    private void endLine(Lines lines, int start, int lf) {
        int end = lf > start && lines.chunk.apply(lf - 1) == CR ? lf - 1 : lf;
        if (end - start <= max) {
            lines.add(start, end);
        } else {
            tooLong(lines, lines.chunk.slice(start, start + max), end - start);
        }
    }

    private void endLineOfSeveralReads(Lines lines, ByteString tail) {
        if (oversize > 0) {
            tooLong(lines, takeRest(), oversize + tail.size());
            return;
        }
        ByteString line = takeRest().concat(tail);
        line = endsWithCr(line) ? line.dropRight(1) : line;
        if (line.size() <= max) {
            lines.head(line.compact());
        } else {
            tooLong(lines, line.take(max).compact(), line.size());
        }
    }

    /** Keeps the beginning of a line, unless it is too long already. */
    private void keep(Lines lines, ByteString tail) {
        if (tail.isEmpty()) {
            return;
        }
        long length = (oversize > 0 ? oversize : restSize()) + tail.size();
        // A CR that may turn out to be half of the delimiter is not yet part of the line.
        if (oversize == 0 && length - (endsWithCr(tail) ? 1 : 0) <= max) {
            append(tail);
        } else if (onBadFrame == BadFrameAction.CLOSE) {
            tooLong(lines, ByteString.emptyByteString(), length);
        } else {
            oversize = length;
            if (onBadFrame == BadFrameAction.TRUNCATE) {
                append(tail.take(Math.max(0, max - restSize())));
            } else {
                rest = null;
            }
        }
    }

    private void tooLong(Lines lines, ByteString beginning, long length) {
        oversize = 0;
        rest = null;
        lines.bad(new BadFrame(
                Reason.TOO_LONG, "line of " + length + " bytes or more (expected: <= " + max + ")", onBadFrame));
        if (onBadFrame == BadFrameAction.TRUNCATE) {
            lines.extra(beginning.take(max));
        }
    }

    private int restSize() {
        return rest == null ? 0 : rest.size();
    }

    private void append(ByteString bytes) {
        if (rest == null) {
            rest = new ByteArrayOutputStream(bytes.size());
        }
        byte[] array = bytes.toArrayUnsafe();
        rest.write(array, 0, array.length);
    }

    private ByteString takeRest() {
        ByteString bytes = rest == null ? ByteString.emptyByteString() : ByteString.fromArrayUnsafe(rest.toByteArray());
        rest = null;
        return bytes;
    }

    private static boolean endsWithCr(ByteString line) {
        return !line.isEmpty() && line.apply(line.size() - 1) == CR;
    }

    @Override
    public Decoded end() {
        Lines lines = new Lines(ByteString.emptyByteString());
        int length = restSize();
        if (oversize > 0 || length > max) {
            tooLong(lines, takeRest(), Math.max(oversize, length));
        } else if (length > 0) {
            lines.head(takeRest());
        }
        return lines.decoded();
    }

    @Override
    public int pendingBytes() {
        return oversize > 0 ? (int) Math.min(oversize, Integer.MAX_VALUE) : restSize();
    }

    /** The lines found in one chunk, in order. */
    private static final class Lines {
        private final ByteString chunk;
        private int[] bounds = new int[16];
        private int count;
        private @Nullable ByteString head;
        /** Non-null once a truncated line had to go between slices: then every frame is kept here instead. */
        private @Nullable List<ByteString> mixed;

        private @Nullable List<BadFrame> bad;
        private boolean closed;

        Lines(ByteString chunk) {
            this.chunk = chunk;
        }

        void head(ByteString line) {
            head = line;
        }

        void add(int start, int end) {
            if (mixed != null) {
                mixed.add(chunk.slice(start, end));
                return;
            }
            if (2 * count == bounds.length) {
                bounds = Arrays.copyOf(bounds, bounds.length * 2);
            }
            bounds[2 * count] = start;
            bounds[2 * count + 1] = end;
            count++;
        }

        void extra(ByteString line) {
            if (mixed == null) {
                mixed = new ArrayList<>();
                Frames.slices(head, chunk, bounds, count).forEach(mixed::add);
            }
            mixed.add(line);
        }

        void bad(BadFrame frame) {
            if (bad == null) {
                bad = new ArrayList<>();
            }
            bad.add(frame);
            closed = frame.action() == BadFrameAction.CLOSE;
        }

        Decoded decoded() {
            Frames frames = mixed != null ? Frames.of(mixed) : Frames.slices(head, chunk, bounds, count);
            return bad == null && frames.isEmpty()
                    ? Decoded.NOTHING
                    : new Decoded(frames, bad == null ? List.of() : List.copyOf(bad));
        }
    }
}
