package io.penstock.protocol;

import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * Bytes as they come.
 *
 * <pre>
 *   read:   +-----------------------------+
 *           |  chunk of 1 to n bytes      |
 *           +-----------------------------+
 *   frames: | max-frame-size | the rest   |
 * </pre>
 */
final class RawProtocol implements Protocol {
    @Override
    public String name() {
        return "raw";
    }

    @Override
    public boolean delimited() {
        return false;
    }

    @Override
    public FrameDecoder newDecoder(FrameLimits limits) {
        return new Decoder(limits.maxFrameSize());
    }

    @Override
    public FrameEncoder encoder() {
        return RawProtocol::concat;
    }

    /** Compact: a payload that is a small slice of a large read must not keep it alive until the peer reads. */
    static ByteString concat(List<ByteString> payloads) {
        ByteString all = ByteString.emptyByteString();
        for (ByteString payload : payloads) {
            all = all.concat(payload);
        }
        return all.compact();
    }

    private record Decoder(int max) implements FrameDecoder {
        @Override
        public Decoded decode(ByteString chunk) {
            return chunk.isEmpty() ? Decoded.NOTHING : new Decoded(cut(chunk), List.of());
        }

        private Frames cut(ByteString chunk) {
            if (chunk.size() <= max) {
                return Frames.single(chunk);
            }
            int count = (chunk.size() + max - 1) / max;
            int[] bounds = new int[2 * count];
            for (int i = 0; i < count; i++) {
                bounds[2 * i] = i * max;
                bounds[2 * i + 1] = Math.min(chunk.size(), (i + 1) * max);
            }
            return Frames.slices(null, chunk, bounds, count);
        }

        @Override
        public Decoded end() {
            return Decoded.NOTHING;
        }

        @Override
        public int pendingBytes() {
            return 0;
        }
    }
}
