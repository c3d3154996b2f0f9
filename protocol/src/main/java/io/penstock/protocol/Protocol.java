package io.penstock.protocol;

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
}
