package io.penstock.server.bench;

import io.penstock.server.tls.ClientConnection;
import io.penstock.server.tls.ClientConnector;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** Opens connections that are to last, a few at a time: all at once would be more than a backlog holds. Thread-safe. */
final class Dialer {
    private static final int AT_A_TIME = 32;

    private final Semaphore permits = new Semaphore(AT_A_TIME);
    private final ClientConnector connector;

    Dialer(ClientConnector connector) {
        this.connector = connector;
    }

    /** Waits for its turn. */
    void await() throws IOException {
        try {
            permits.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Connects, after {@link #await}. */
    ClientConnection dial() throws IOException {
        try {
            return connector.connect();
        } finally {
            permits.release();
        }
    }
}
