package io.penstock.protocol;

import java.util.List;
import org.apache.pekko.util.ByteString;

/** Puts payloads into a protocol's frames. Stateless and thread-safe. */
@FunctionalInterface
public interface FrameEncoder {
    /**
     * The bytes on the wire of these payloads, in order.
     *
     * @throws IllegalArgumentException when a payload cannot be carried by the protocol (a line feed within a line)
     */
    ByteString encode(List<ByteString> payloads);
}
