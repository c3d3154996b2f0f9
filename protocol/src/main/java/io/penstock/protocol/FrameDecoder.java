package io.penstock.protocol;

import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * Cuts one connection's byte stream into frames, incrementally: any split of the bytes into chunks gives the same
 * frames. Holds at most {@link FrameLimits#maxFrameSize()} bytes between calls. Not thread-safe; used by one
 * connection's stream.
 */
public interface FrameDecoder {
    /** Frames completed by a chunk, and what was wrong with it. */
    record Decoded(Frames frames, List<BadFrame> bad) {
        static final Decoded NOTHING = new Decoded(Frames.empty(), List.of());

        /** True when the stream cannot or must not go on after these frames. */
        public boolean fatal() {
            return !bad.isEmpty() && bad.get(bad.size() - 1).action() == BadFrameAction.CLOSE;
        }
    }

    /**
     * Takes the next chunk.
     *
     * @return the frames it completed; after a {@link Decoded#fatal()} answer the decoder is not called again
     */
    Decoded decode(ByteString chunk);

    /**
     * The stream has ended in order.
     *
     * @return the last frame where the protocol lets the end of the stream stand for a delimiter, else nothing
     */
    Decoded end();

    /** Bytes received that are not yet part of a frame. */
    int pendingBytes();
}
