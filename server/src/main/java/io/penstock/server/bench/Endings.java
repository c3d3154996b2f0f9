package io.penstock.server.bench;

import io.penstock.server.tls.ClientConnection;
import io.penstock.server.tls.ClientFailedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How connections end. */
final class Endings {
    private static final int CHUNK = 8 * 1024;

    private Endings() {}

    /** Tells the server that nothing more comes, and reads until it ends, too: sessions to resume are in that. */
    static void inOrder(ClientConnection connection) throws ClientFailedException {
        connection.end();
        drain(connection);
    }

    /** Reads until the server ends its stream; what comes is of no interest. */
    static void drain(ClientConnection connection) throws ClientFailedException {
        byte[] chunk = new byte[CHUNK];
        int count;
        do {
            count = connection.read(chunk);
        } while (count >= 0);
    }

    /** The server has ended a connection that is still needed. */
    static IOException early() {
        return new IOException("the server ended the connection");
    }

    /** At once; there need be none. */
    static void close(@Nullable ClientConnection connection) {
        if (connection != null) {
            connection.close();
        }
    }
}
