package io.penstock.processor;

import java.io.Closeable;
import java.io.IOException;

/**
 * A connection to another host, over a blocking socket. One thread may read while another writes; {@link #close} from a
 * third ends both.
 */
public interface Outbound extends Closeable {
    /** Makes connections. Where TLS is, there is an implementation; thread-safe. */
    @FunctionalInterface
    interface Connector {
        /**
         * Connects, and shakes hands.
         *
         * @param host a name or an address, this one without brackets
         * @throws IOException one sentence, without the target's name
         */
        Outbound connect(String host, int port) throws IOException;
    }

    /** Sends bytes; waits while the other side does not read. */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /**
     * Reads what has come, waiting for it.
     *
     * @return how many bytes; -1 when the other side has ended its stream in order
     */
    int read(byte[] buffer) throws IOException;

    /** Ends our direction in order. */
    void end() throws IOException;
}
