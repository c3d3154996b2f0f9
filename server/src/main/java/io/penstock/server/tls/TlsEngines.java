package io.penstock.server.tls;

import io.penstock.server.pki.Identity;
import java.util.List;
import java.util.Optional;

/** A TLS implementation with its certificates and its policy: makes an engine for each connection. Thread-safe. */
interface TlsEngines {
    /**
     * An engine in server mode, ready for its handshake.
     *
     * @param hello what the client offers; empty where that could not be read
     * @param candidates the certificates for the name it asks for, best first, at least one; the first that its
     *     signature algorithms allow is to be shown
     */
    TlsEngine engine(Optional<ClientHello> hello, List<Identity> candidates);

    /**
     * Gives everything back that the garbage collector does not know of. Once, last; engines that are there go on, and
     * what they share with this goes with the last of them.
     */
    void release();
}
