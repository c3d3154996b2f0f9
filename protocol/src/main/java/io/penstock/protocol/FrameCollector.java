package io.penstock.protocol;

import io.penstock.protocol.FrameDecoder.Decoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** What a decoder finds in one chunk, in order. */
final class FrameCollector {
    private static final int FEW = 8;

    private final ByteString chunk;
    private int[] bounds;
    private int count;
    private @Nullable ByteString head;
    /** Non-null once a frame of its own bytes had to go between slices: then every frame is kept here instead. */
    private @Nullable List<ByteString> mixed;

    private @Nullable List<BadFrame> bad;
    private boolean closed;

    FrameCollector(ByteString chunk) {
        this(chunk, FEW);
    }

    /** With room for so many slices before more has to be made. */
    FrameCollector(ByteString chunk, int expected) {
        this.chunk = chunk;
        this.bounds = new int[2 * Math.max(expected, FEW)];
    }

    /** How many slices there are. */
    int slices() {
        return count;
    }

    /** A frame that is a slice of the chunk. */
    void slice(int start, int end) {
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

    /** A frame with bytes of its own: one that began in an earlier chunk, or has been truncated. */
    void own(ByteString frame) {
        if (mixed == null && head == null && count == 0) {
            head = frame;
            return;
        }
        if (mixed == null) {
            mixed = new ArrayList<>();
            Frames.slices(head, chunk, bounds, count).forEach(mixed::add);
        }
        mixed.add(frame);
    }

    void bad(BadFrame frame) {
        if (bad == null) {
            bad = new ArrayList<>();
        }
        bad.add(frame);
        closed = frame.action() == BadFrameAction.CLOSE;
    }

    /** Whether the stream must not go on. */
    boolean closed() {
        return closed;
    }

    Decoded decoded() {
        Frames frames = mixed != null ? Frames.of(mixed) : Frames.slices(head, chunk, bounds, count);
        return bad == null && frames.isEmpty()
                ? Decoded.NOTHING
                : new Decoded(frames, bad == null ? List.of() : List.copyOf(bad));
    }
}
