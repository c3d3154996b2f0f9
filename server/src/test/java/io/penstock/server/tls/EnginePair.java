package io.penstock.server.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.pekko.util.ByteString;

/** An engine of ours and a client of the JDK, in memory. Tasks run at once. */
final class EnginePair implements AutoCloseable {
    final TlsEngine server;
    final EngineClient client;
    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final int piece;

    EnginePair(TlsContext server, SSLContext client, String version, int piece) throws SSLException {
        this(server, new EngineClient(client, version), piece);
    }

    EnginePair(TlsContext server, EngineClient client, int piece) {
        this(server.engine(Optional.empty()), client, piece);
    }

    EnginePair(TlsEngine server, EngineClient client, int piece) {
        this.server = server;
        this.client = client;
        this.piece = piece;
    }

    /** Until neither has anything to say. */
    EnginePair handshake() throws SSLException {
        toServer(client.wrap(new byte[0]));
        exchange();
        return this;
    }

    /** What the server has to say reaches the client, and its answers the server. */
    void exchange() throws SSLException {
        for (byte[] flight = fromServer(); flight.length > 0; flight = fromServer()) {
            toServer(client.take(flight));
        }
    }

    /** A piece each time; what is decrypted is collected. */
    void toServer(byte[] bytes) {
        for (int at = 0; at < bytes.length; at += piece) {
            byte[] next = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece));
            try {
                server.receive(ByteString.fromArray(next));
                for (Runnable task = server.task(); task != null; task = server.task()) {
                    task.run();
                    server.resume();
                }
            } finally {
                received.writeBytes(server.takePlaintext().toArray());
            }
        }
    }

    byte[] fromServer() {
        return server.takeCiphertext().toArray();
    }

    /** The server sends, and the client reads. */
    void send(byte[] data) throws SSLException {
        server.send(ByteString.fromArray(data));
        exchange();
    }

    @Override
    public void close() {
        server.release();
    }
}
