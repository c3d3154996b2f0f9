package io.penstock.protocol;

import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/** What stands before a frame's payload and says how long it is. Immutable. */
interface Prefix {
    /** What bytes begin with. */
    sealed interface Read {}

    /** It is not whole yet. */
    record Incomplete() implements Read {}

    /**
     * A whole one.
     *
     * @param size its own bytes
     * @param payload the payload's bytes, 0 or more
     */
    record Announced(int size, long payload) implements Read {}

    /** None of the protocol; {@code found} says what, and what was expected. */
    record Malformed(String found) implements Read {}

    /** What a frame is called in messages. */
    String unit();

    /** Looks at the bytes between two positions; there is at least one. */
    Read read(ByteBuffer bytes, int from, int to);

    /** Whether one LF at the end of a payload is none of it. */
    default boolean endsLines() {
        return false;
    }

    /** What follows the payload; empty where nothing does. */
    ByteString trailer();

    /**
     * Writes one for a payload.
     *
     * @throws IllegalArgumentException when it cannot say such a length
     */
    ByteString write(int payload);
}
