package io.penstock.server.tls;

import org.jspecify.annotations.Nullable;

/**
 * Connects to one server again and again, and reads what that takes only once. Thread-safe, except those of {@link
 * #resuming}.
 */
public final class ClientConnector {
    private final ClientSettings settings;
    private final String host;
    private final int port;
    private final TrustRoots roots;
    /** None: a new one for each connection, so that none resumes. */
    private final @Nullable ClientContext kept;

    private ClientConnector(
            ClientSettings settings, String host, int port, TrustRoots roots, @Nullable ClientContext kept) {
        this.settings = settings;
        this.host = host;
        this.port = port;
        this.roots = roots;
        this.kept = kept;
    }

    /**
     * Connections with a full handshake each.
     *
     * @param host a name or an address, this one without brackets
     */
    public static ClientConnector to(ClientSettings settings, String host, int port) {
        return new ClientConnector(settings, host, port, TrustRoots.of(settings), null);
    }

    /**
     * Connections that take up each other's sessions, for one thread. A session is there once an earlier connection has
     * read what the server sends after the handshake; by TLS 1.3 each can be taken up once (RFC 8446 appendix C.4).
     */
    public ClientConnector resuming() {
        return new ClientConnector(settings, host, port, roots, ClientContext.create(settings, roots));
    }

    /**
     * Connects and shakes hands.
     *
     * @throws IllegalArgumentException when the server's name cannot be one
     */
    public ClientConnection connect() throws ClientFailedException {
        return ClientConnection.connect(
                settings, host, port, kept == null ? ClientContext.create(settings, roots) : kept);
    }
}
