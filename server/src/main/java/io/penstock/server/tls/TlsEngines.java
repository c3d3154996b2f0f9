package io.penstock.server.tls;

import java.util.Optional;

/** A TLS implementation with its certificates and its policy: makes an engine for each connection. Thread-safe. */
interface TlsEngines {
    /**
     * An engine in server mode, ready for its handshake.
     *
     * @param hello what the client offers; empty where that could not be read
     */
    TlsEngine engine(Optional<ClientHello> hello);
}
