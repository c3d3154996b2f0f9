package io.penstock.processor;

import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.TlsSession;
import java.util.Optional;

/** The one text that stands for who a client is. */
public final class PeerIdentity {
    private PeerIdentity() {}

    /** {@link ClientIdentity#identity} of the certificate that a client has shown. Empty without one. */
    public static Optional<String> of(ConnectionInfo connection) {
        TlsSession tls = connection.tls();
        ClientIdentity client = tls == null ? null : tls.client();
        return Optional.ofNullable(client).map(ClientIdentity::identity);
    }
}
