package io.penstock.processor;

import io.penstock.protocol.Frames;
import io.penstock.protocol.Protocol;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.pekko.util.ByteString;

/** What is said on one connection to a target. Not thread-safe. */
interface Wire {
    /** What a connection begins with. */
    ByteString greeting();

    /**
     * Frames as bytes.
     *
     * @throws IllegalArgumentException a payload cannot be carried
     */
    ByteString encode(Frames frames);

    /**
     * What the target says.
     *
     * @throws IOException it does not go on
     */
    void received(ByteString bytes) throws IOException;

    /** Frames that the target has yet to answer. */
    int unanswered();

    /** What a connection ends with. */
    ByteString goodbye();

    /** Frames one after the other; what the target says means nothing. */
    static Wire of(Protocol protocol) {
        return new Wire() {
            @Override
            public ByteString greeting() {
                return ByteString.emptyByteString();
            }

            @Override
            public ByteString encode(Frames frames) {
                List<ByteString> payloads =
                        StreamSupport.stream(frames.spliterator(), false).toList();
                return protocol.encoder().encode(payloads);
            }

            @Override
            public void received(ByteString bytes) {
                // Nobody is there to be told.
            }

            @Override
            public int unanswered() {
                return 0;
            }

            @Override
            public ByteString goodbye() {
                return ByteString.emptyByteString();
            }
        };
    }
}
