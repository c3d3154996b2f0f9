package io.penstock.protocol;

import org.apache.pekko.util.ByteString;

/** How a byte stream is cut into frames: a decoder per connection and an encoder. Immutable, thread-safe. */
public interface Protocol {
    /** The name it is configured by, such as {@code lines}. */
    String name();

    /**
     * Whether frames have edges of their own. Where they have none ({@code raw}), a processor that writes frames one
     * after the other must not put anything between them.
     */
    boolean delimited();

    /** A decoder for one connection. */
    FrameDecoder newDecoder(FrameLimits limits);

    FrameEncoder encoder();

    /** Whether its decoder's receipts say anything. */
    default Acknowledgement acknowledgement() {
        return Acknowledgement.NEVER;
    }

    /** What is said to the peer before our side of the connection is closed in order, unless the peer ended it first. */
    default ByteString goodbye() {
        return ByteString.emptyByteString();
    }

    /** Whether a protocol can tell a sender what has become of its frames. */
    enum Acknowledgement {
        /** It cannot. */
        NEVER,
        /** It does. */
        POSSIBLE,
        /** It does, and senders wait for it. */
        ALWAYS
    }
}
