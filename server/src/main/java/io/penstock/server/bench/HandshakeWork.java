package io.penstock.server.bench;

import io.penstock.server.tls.ClientConnection;
import io.penstock.server.tls.ClientConnector;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One connection after the other. What counts is the time to the handshake's end, once the server has ended in order, too. */
final class HandshakeWork implements Work {
    private final ClientConnector connector;
    private final boolean resumes;
    private final Measurements measurements;
    private final LoadClock clock;
    private volatile @Nullable ClientConnection current;

    HandshakeWork(ClientConnector connector, boolean resumes, Measurements measurements, LoadClock clock) {
        this.connector = resumes ? connector.resuming() : connector;
        this.resumes = resumes;
        this.measurements = measurements;
        this.clock = clock;
    }

    /** Gets a session to take up. */
    @Override
    public void prepare() throws IOException {
        if (resumes) {
            try (ClientConnection connection = connect()) {
                Endings.inOrder(connection);
            }
        }
    }

    @Override
    public void perform(Due due) throws IOException {
        try (ClientConnection connection = connect()) {
            long done = clock.nanos();
            Endings.inOrder(connection);
            if (resumes && !connection.isResumed()) {
                throw new IOException("a full handshake: the server did not take up the session, or gave none");
            }
            measurements.answered(due, done);
        }
    }

    private ClientConnection connect() throws IOException {
        ClientConnection connection = connector.connect();
        current = connection;
        connection.limitReads();
        return connection;
    }

    @Override
    public void finish() {
        // Each connection has ended already.
    }

    @Override
    public void close() {
        Endings.close(current);
    }
}
