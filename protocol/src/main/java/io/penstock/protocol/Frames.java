package io.penstock.protocol;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The frames that one read from a connection completed, in order: slices of that read's bytes, no copy per frame.
 * Immutable. Only a frame that began in an earlier read owns its bytes; it is then the first one.
 *
 * <p>As slices keep their chunk alive, a batch costs {@link #pinnedBytes()} of memory until it is let go; a processor
 * that keeps a frame for long copies it ({@link ByteString#compact()}).
 */
public final class Frames implements Iterable<ByteString> {
    private static final int[] NO_BOUNDS = {};
    private static final Frames EMPTY = new Frames(null, ByteString.emptyByteString(), NO_BOUNDS, 0, 0);

    private final @Nullable ByteString head;
    private final ByteString chunk;
    /** Start and end (exclusive) of each frame within {@link #chunk}. */
    private final int[] bounds;

    private final int from;
    private final int to;

    private Frames(@Nullable ByteString head, ByteString chunk, int[] bounds, int from, int to) {
        this.head = head;
        this.chunk = chunk;
        this.bounds = bounds;
        this.from = from;
        this.to = to;
    }

    /** No frame at all. */
    public static Frames empty() {
        return EMPTY;
    }

    /** One frame that is the whole of {@code bytes}. */
    public static Frames single(ByteString bytes) {
        return new Frames(bytes, ByteString.emptyByteString(), NO_BOUNDS, 0, 0);
    }

    /** Frames with bytes of their own, for tests and for callers outside a decoder. */
    public static Frames of(List<ByteString> frames) {
        int[] bounds = new int[frames.size() * 2];
        ByteString all = ByteString.emptyByteString();
        for (int i = 0; i < frames.size(); i++) {
            bounds[2 * i] = all.size();
            all = all.concat(frames.get(i));
            bounds[2 * i + 1] = all.size();
        }
        return slices(null, all.compact(), bounds, frames.size());
    }

    /**
     * Slices of a chunk.
     *
     * @param head a frame before the first slice that owns its bytes, or null
     * @param bounds start and end (exclusive) of each slice within {@code chunk}; kept, not copied
     * @param count how many slices {@code bounds} holds
     */
    public static Frames slices(@Nullable ByteString head, ByteString chunk, int[] bounds, int count) {
        return head == null && count == 0 ? EMPTY : new Frames(head, chunk, bounds, 0, count);
    }

    /** The number of frames. */
    public int size() {
        return to - from + (head == null ? 0 : 1);
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    /** The payload of frame {@code index}, delimiters and lengths taken off. */
    public ByteString get(int index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("frame " + index + " of " + size());
        }
        if (head != null && index == 0) {
            return head;
        }
        int slice = from + index - (head == null ? 0 : 1);
        return chunk.slice(bounds[2 * slice], bounds[2 * slice + 1]);
    }

    /** The frames from {@code index} on. */
    public Frames dropFirst(int index) {
        if (index == 0) {
            return this;
        }
        if (index >= size()) {
            return EMPTY;
        }
        return new Frames(null, chunk, bounds, from + index - (head == null ? 0 : 1), to);
    }

    /**
     * Some of the frames, without a copy.
     *
     * @param indices of each, rising
     * @param count how many {@code indices} holds
     */
    public Frames select(int[] indices, int count) {
        ByteString first = head != null && count > 0 && indices[0] == 0 ? head : null;
        int skipped = first == null ? 0 : 1;
        int[] selected = new int[2 * (count - skipped)];
        for (int i = skipped; i < count; i++) {
            int slice = from + Objects.checkIndex(indices[i], size()) - (head == null ? 0 : 1);
            System.arraycopy(bounds, 2 * slice, selected, 2 * (i - skipped), 2);
        }
        return slices(first, chunk, selected, count - skipped);
    }

    /** Bytes of payload in all frames together. */
    public int payloadBytes() {
        int sum = head == null ? 0 : head.size();
        for (int i = from; i < to; i++) {
            sum += bounds[2 * i + 1] - bounds[2 * i];
        }
        return sum;
    }

    /** Bytes of memory held as long as this batch is: the chunk its slices show, and a first frame of its own. */
    public int pinnedBytes() {
        return chunk.size() + (head == null ? 0 : head.size());
    }

    @Override
    public Iterator<ByteString> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size();
            }

            @Override
            public ByteString next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return get(next++);
            }
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Frames that) || that.size() != size()) {
            return false;
        }
        for (int i = 0; i < size(); i++) {
            if (!get(i).equals(that.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int[] hashes = new int[size()];
        Arrays.setAll(hashes, i -> get(i).hashCode());
        return Arrays.hashCode(hashes);
    }

    /** Counts only: payload never reaches a log by accident. */
    @Override
    public String toString() {
        return "Frames(" + size() + " frames, " + payloadBytes() + " bytes)";
    }
}
