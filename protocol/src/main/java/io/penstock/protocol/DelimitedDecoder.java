package io.penstock.protocol;

import org.apache.pekko.util.ByteString;

/** Incremental decoder of frames that end with one byte. An orderly end of the stream ends the last one, too. */
final class DelimitedDecoder implements FrameDecoder {
    private static final byte CR = '\r';

    private final byte delimiter;
    private final boolean crBelongs;
    private final int max;
    private final Receipts receipts;
    private final PartialFrame partial;
    /** The number of the next frame. */
    private long next = 1;

    /**
     * A decoder.
     *
     * @param unit what a frame is called in messages
     * @param crBelongs whether one CR directly before the delimiter is part of it
     */
    DelimitedDecoder(FrameLimits limits, String unit, byte delimiter, boolean crBelongs, Receipts receipts) {
        this.delimiter = delimiter;
        this.crBelongs = crBelongs;
        this.max = limits.maxFrameSize();
        this.receipts = receipts;
        this.partial = new PartialFrame(limits, unit);
    }

    @Override
    public Decoded decode(ByteString chunk) {
        FrameCollector out = new FrameCollector(chunk, receipts, next);
        byte[] bytes = chunk.toArrayUnsafe();
        int start = 0;
        for (int end = ByteSearch.indexOf(bytes, delimiter, 0);
                end >= 0;
                end = ByteSearch.indexOf(bytes, delimiter, start)) {
            if (partial.begun()) {
                endPartial(out, chunk.slice(start, end));
            } else {
                endWithin(out, chunk, bytes, start, end);
            }
            start = end + 1;
            if (out.closed()) {
                return out.decoded();
            }
        }
        ByteString tail = chunk.drop(start);
        partial.append(out, tail, endsWithCr(tail) ? 1 : 0);
        next = out.nextNumber();
        return out.decoded();
    }

    private void endWithin(FrameCollector out, ByteString chunk, byte[] bytes, int start, int delimiterAt) {
        boolean cr = crBelongs && delimiterAt > start && bytes[delimiterAt - 1] == CR;
        int end = cr ? delimiterAt - 1 : delimiterAt;
        if (end - start <= max) {
            out.slice(start, end);
        } else {
            partial.append(out, chunk.slice(start, end), 0);
            endUnlessClosed(out);
        }
    }

    private void endPartial(FrameCollector out, ByteString tail) {
        if (tail.isEmpty() && crBelongs) {
            partial.dropLast(CR);
        } else {
            partial.append(out, tail.dropRight(endsWithCr(tail) ? 1 : 0), 0);
        }
        endUnlessClosed(out);
    }

    private void endUnlessClosed(FrameCollector out) {
        if (!out.closed()) {
            partial.end(out);
        }
    }

    private boolean endsWithCr(ByteString bytes) {
        return crBelongs && !bytes.isEmpty() && bytes.apply(bytes.size() - 1) == CR;
    }

    @Override
    public Decoded end() {
        FrameCollector out = new FrameCollector(ByteString.emptyByteString(), receipts, next);
        if (partial.length() > 0) {
            partial.end(out);
        }
        return out.decoded();
    }

    @Override
    public int pendingBytes() {
        return partial.pendingBytes();
    }
}
