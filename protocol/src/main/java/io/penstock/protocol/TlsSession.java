package io.penstock.protocol;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS handshake agreed on.
 *
 * @param version such as {@code TLSv1.3}
 * @param cipher the suite's IANA name, such as {@code TLS_AES_256_GCM_SHA384}
 * @param client who the client is; null when it showed no certificate
 * @param serverName the name that the client asked for (SNI), in lower case; null when it named none
 * @param alpn the application protocol (RFC 7301); null when none was negotiated
 */
public record TlsSession(
        String version,
        String cipher,
        @Nullable ClientIdentity client,
        @Nullable String serverName,
        @Nullable String alpn) {

    /** With a client that is not known by a certificate, and nothing but the two agreed on. */
    public TlsSession(String version, String cipher) {
        this(version, cipher, null, null, null);
    }

    /** The client's verified chain, its own certificate first; empty when it showed none. */
    public List<X509Certificate> peerChain() {
        return client == null ? List.of() : client.chain();
    }
}
