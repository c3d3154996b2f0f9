package io.penstock.processor;

import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.TlsSession;
import java.util.Optional;
import java.util.stream.Stream;

/** The one text that stands for who a client is. */
public final class PeerIdentity {
    private PeerIdentity() {}

    /**
     * The subject of the certificate that a client has shown (RFC 4514); where that is empty the first of its URIs, DNS
     * names and mail addresses, or else its fingerprint. Empty without a certificate.
     */
    public static Optional<String> of(ConnectionInfo connection) {
        TlsSession tls = connection.tls();
        ClientIdentity client = tls == null ? null : tls.client();
        return client == null ? Optional.empty() : Optional.of(name(client));
    }

    private static String name(ClientIdentity client) {
        Stream<String> names =
                Stream.of(client.uris(), client.dnsNames(), client.emails()).flatMap(all -> all.stream());
        return Stream.concat(Stream.of(client.subject()), names)
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse(client.fingerprint());
    }
}
