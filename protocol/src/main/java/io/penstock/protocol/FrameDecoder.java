package io.penstock.protocol;

import java.util.List;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one connection's byte stream into frames, incrementally: any split of the bytes into chunks gives the same
 * frames. Holds at most {@link FrameLimits#maxFrameSize()} bytes between calls. Not thread-safe; used by one
 * connection's stream.
 */
public interface FrameDecoder {
    /**
     * What a chunk completed.
     *
     * @param frames in order
     * @param bad what was wrong with it
     * @param receipt tells the sender of the frames what has become of them
     * @param reply what the protocol itself answers at once, before anything that is owed for the frames
     * @param farewell null; or the peer has ended the conversation, and this is said once everything is answered
     */
    record Decoded(
            Frames frames,
            List<BadFrame> bad,
            Receipt receipt,
            ByteString reply,
            @Nullable ByteString farewell) {
        static final Decoded NOTHING = new Decoded(Frames.empty(), List.of());

        /** Frames of a protocol that does not talk. */
        public Decoded(Frames frames, List<BadFrame> bad) {
            this(frames, bad, Receipt.NONE, ByteString.emptyByteString(), null);
        }

        /** The same with receipts. */
        public Decoded withReceipt(Receipt other) {
            return new Decoded(frames, bad, other, reply, farewell);
        }

        /** True when the stream cannot or must not go on after these frames. */
        public boolean fatal() {
            return !bad.isEmpty() && bad.get(bad.size() - 1).action() == BadFrameAction.CLOSE;
        }
    }

    /**
     * Takes the next chunk.
     *
     * @return the frames it completed; after a {@link Decoded#fatal()} answer, or one with a farewell, the decoder is not
     *     called again
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
