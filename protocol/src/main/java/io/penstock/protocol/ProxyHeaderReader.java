package io.penstock.protocol;

import org.apache.pekko.util.ByteString;

/**
 * Reads the header of the PROXY protocol, version 1 or 2, off the beginning of a connection: haproxy's {@code
 * doc/proxy-protocol.txt}, sections 2.1 and 2.2. Stateless: it is given all that has come, again with each read, until
 * it answers something else than {@link Reading.Incomplete}; so any split of the bytes reads the same. Neither version
 * begins like a record of TLS.
 */
public final class ProxyHeaderReader {
    /** The longest header: what a header of version 2 may claim, and the 16 bytes before that. */
    public static final int MAX_LENGTH = ProxyHeaderV2.FIXED + ProxyHeaderV2.MAX_REST;

    /** What the first bytes of a connection are. */
    public sealed interface Reading {
        /**
         * More bytes have to come.
         *
         * @param begun whether it is clear that it is a header
         */
        record Incomplete(boolean begun) implements Reading {}

        /** There is no header: all bytes are of the connection. */
        record Absent() implements Reading {}

        /**
         * A header.
         *
         * @param length its bytes; what follows them is of the connection
         */
        record Whole(ProxyHeader header, int length) implements Reading {}

        /**
         * It begins as a header, and is none.
         *
         * @param reason what came and what was expected, one line
         */
        record Malformed(String reason) implements Reading {}
    }

    private ProxyHeaderReader() {}

    /**
     * Looks at the beginning of a connection.
     *
     * @param received everything that has come
     */
    public static Reading read(ByteString received) {
        if (begins(received, ProxyHeaderV1.SIGNATURE)) {
            return received.size() < ProxyHeaderV1.SIGNATURE.size()
                    ? new Reading.Incomplete(false)
                    : ProxyHeaderV1.read(received);
        }
        if (begins(received, ProxyHeaderV2.SIGNATURE)) {
            return received.size() < ProxyHeaderV2.SIGNATURE.size()
                    ? new Reading.Incomplete(false)
                    : ProxyHeaderV2.read(received);
        }
        return new Reading.Absent();
    }

    /** Whether as much of the signature as can have come has come. */
    private static boolean begins(ByteString received, ByteString signature) {
        return signature.take(received.size()).equals(received.take(signature.size()));
    }
}
