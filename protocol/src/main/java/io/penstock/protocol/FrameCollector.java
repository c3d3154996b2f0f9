package io.penstock.protocol;

import io.penstock.protocol.BadFrame.Reason;
import io.penstock.protocol.FrameDecoder.Decoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What a decoder finds in one chunk, in order. Frames are numbered within their connection, those that are too long
 * included, so that receipts can name them.
 */
final class FrameCollector {
    private static final byte LF = '\n';
    private static final int[] NO_SKIPS = {};

    private final ByteString chunk;
    private final Receipts receipts;
    private final long firstNumber;
    private int[] bounds = new int[16];
    private int slices;
    private @Nullable ByteString head;
    /** Non-null once a frame of its own bytes had to go between slices: then every frame is kept here instead. */
    private @Nullable List<ByteString> mixed;

    private @Nullable List<BadFrame> bad;
    /** For each number that is no frame's, how many frames came before it. */
    private int[] skips = NO_SKIPS;

    private int skipped;
    private ByteString reply = ByteString.emptyByteString();
    private @Nullable ByteString farewell;
    private boolean closed;
    private boolean endsLines;

    FrameCollector(ByteString chunk) {
        this(chunk, Receipts.NONE, 1);
    }

    /** @param firstNumber the number of what comes first */
    FrameCollector(ByteString chunk, Receipts receipts, long firstNumber) {
        this.chunk = chunk;
        this.receipts = receipts;
        this.firstNumber = firstNumber;
    }

    /** From here on one LF at the end of a frame is none of it. */
    FrameCollector withoutLineFeeds() {
        endsLines = true;
        return this;
    }

    /** A frame that is a slice of the chunk. */
    void slice(int start, int delimitedEnd) {
        int end = endsLines && delimitedEnd > start && chunk.apply(delimitedEnd - 1) == LF
                ? delimitedEnd - 1
                : delimitedEnd;
        if (mixed != null) {
            mixed.add(chunk.slice(start, end));
            return;
        }
        if (2 * slices == bounds.length) {
            bounds = Arrays.copyOf(bounds, bounds.length * 2);
        }
        bounds[2 * slices] = start;
        bounds[2 * slices + 1] = end;
        slices++;
    }

    /** A frame with bytes of its own: one that began in an earlier chunk, or has been truncated. */
    void own(ByteString whole) {
        ByteString frame =
                endsLines && whole.nonEmpty() && whole.apply(whole.size() - 1) == LF ? whole.dropRight(1) : whole;
        if (mixed == null && count() == 0) {
            head = frame;
            return;
        }
        if (mixed == null) {
            mixed = new ArrayList<>();
            Frames.slices(head, chunk, bounds, slices).forEach(mixed::add);
        }
        mixed.add(frame);
    }

    private int count() {
        return mixed != null ? mixed.size() : slices + (head == null ? 0 : 1);
    }

    /** A frame, delivered by {@link #own}, of which this is only the beginning. */
    void truncated(String detail) {
        add(new BadFrame(Reason.TOO_LONG, detail, BadFrameAction.TRUNCATE));
    }

    /**
     * A numbered frame that is not delivered.
     *
     * @param kept what is kept of it, for the quarantine
     * @param size how many bytes it has, or more
     */
    void refused(Reason reason, String detail, BadFrameAction action, ByteString kept, long size) {
        FrameNumbers number = FrameNumbers.single(nextNumber());
        skip();
        add(new BadFrame(reason, detail, action, kept, size, receipts.of(number, Frames.single(kept)), count()));
    }

    /** Bytes that are no frame at all: the stream cannot go on. */
    void malformed(String detail) {
        add(new BadFrame(Reason.MALFORMED, detail, BadFrameAction.CLOSE));
    }

    private void add(BadFrame frame) {
        if (bad == null) {
            bad = new ArrayList<>();
        }
        bad.add(frame);
        closed = frame.action() == BadFrameAction.CLOSE;
    }

    /** The next number is not that of a frame. */
    void skip() {
        if (skipped == skips.length) {
            skips = Arrays.copyOf(skips, Math.max(4, 2 * skipped));
        }
        skips[skipped++] = count();
    }

    /** The number of what comes next. */
    long nextNumber() {
        return firstNumber + count() + skipped;
    }

    /** What the protocol says by itself. */
    void reply(ByteString bytes) {
        reply = reply.concat(bytes);
    }

    /** The peer has ended the conversation. */
    void farewell(ByteString bytes) {
        farewell = bytes;
        closed = true;
    }

    /** Whether the stream must not go on. */
    boolean closed() {
        return closed;
    }

    Decoded decoded() {
        if (count() == 0 && bad == null && reply.isEmpty() && farewell == null) {
            return Decoded.NOTHING;
        }
        Frames frames = mixed != null ? Frames.of(mixed) : Frames.slices(head, chunk, bounds, slices);
        FrameNumbers numbers = new FrameNumbers(firstNumber, Arrays.copyOf(skips, skipped));
        Receipt receipt = frames.isEmpty() ? Receipt.NONE : receipts.of(numbers, frames);
        return new Decoded(frames, bad == null ? List.of() : List.copyOf(bad), receipt, reply, farewell);
    }
}
