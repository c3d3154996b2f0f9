package io.penstock.server.tls;

import io.penstock.server.pki.Identity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How {@link ClientConnection} talks to a server.
 *
 * @param trust whom it takes for the server; empty: plaintext, and the rest but the timeout is not used
 * @param identity what the client shows when it is asked; empty: nothing
 * @param serverName the name that the certificate must cover, and that is sent as SNI; empty: the host's
 * @param versions TLS versions as JSSE names them; empty: 1.3 and 1.2
 * @param alpn application protocols, most wanted first; empty: none is offered
 * @param timeout for each address to connect to, and for each step of the handshake
 */
public record ClientSettings(
        Optional<ClientTrust> trust,
        Optional<Identity> identity,
        Optional<String> serverName,
        List<String> versions,
        List<String> alpn,
        Duration timeout) {
    public ClientSettings {
        versions = versions.isEmpty() ? List.of("TLSv1.3", "TLSv1.2") : List.copyOf(versions);
        alpn = List.copyOf(alpn);
    }
}
