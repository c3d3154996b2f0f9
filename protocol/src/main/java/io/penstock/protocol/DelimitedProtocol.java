package io.penstock.protocol;

import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * Frames that end with one byte.
 *
 * <pre>
 *   lines                                       nul
 *   +----------------------+------+------+      +-----------------------+------+
 *   |  payload, no LF      | [CR] |  LF  |      |  payload, no NUL      |  NUL |
 *   +----------------------+------+------+      +-----------------------+------+
 *     0 to max-frame-size     0D     0A           0 to max-frame-size      00
 * </pre>
 *
 * One CR directly before the LF belongs to the delimiter; so a line that ends in CR is sent with CRLF. An orderly end of the stream ends the last frame, too.
 *
 * @param unit what a frame is called in messages
 * @param crBelongs whether a CR before the delimiter is part of it
 * @param receipts what senders are told
 */
record DelimitedProtocol(String name, String unit, byte delimiter, boolean crBelongs, Receipts receipts)
        implements Protocol {
    private static final byte CR = '\r';

    @Override
    public boolean delimited() {
        return true;
    }

    @Override
    public FrameDecoder newDecoder(FrameLimits limits) {
        return new DelimitedDecoder(limits, unit, delimiter, crBelongs, receipts);
    }

    @Override
    public Acknowledgement acknowledgement() {
        return receipts == Receipts.NONE ? Acknowledgement.NEVER : Acknowledgement.POSSIBLE;
    }

    @Override
    public FrameEncoder encoder() {
        return this::encode;
    }

    /**
     * One array of its own: a payload is often a small slice of a large read, which it would keep alive while it waits
     * for a peer that does not read.
     */
    private ByteString encode(List<ByteString> payloads) {
        int size = 0;
        for (ByteString payload : payloads) {
            size += payload.size() + (endsLikeADelimiter(payload) ? 2 : 1);
        }
        byte[] frames = new byte[size];
        int end = 0;
        for (ByteString payload : payloads) {
            if (payload.indexOf(delimiter) >= 0) {
                throw new IllegalArgumentException(
                        "a %s cannot hold its delimiter 0x%02x: payload of %d bytes (expected: none, or another protocol)"
                                .formatted(unit, delimiter, payload.size()));
            }
            payload.copyToArray(frames, end, payload.size());
            end += payload.size();
            if (endsLikeADelimiter(payload)) {
                frames[end++] = CR;
            }
            frames[end++] = delimiter;
        }
        return ByteString.fromArrayUnsafe(frames);
    }

    /** Its last CR would be taken for a part of the delimiter, if that had none of its own. */
    private boolean endsLikeADelimiter(ByteString payload) {
        return crBelongs && !payload.isEmpty() && payload.apply(payload.size() - 1) == CR;
    }
}
