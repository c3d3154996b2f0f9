package io.penstock.protocol;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a TLS handshake agreed on.
 *
 * @param version such as {@code TLSv1.3}
 * @param cipher the suite's IANA name, such as {@code TLS_AES_256_GCM_SHA384}
 * @param peerChain the client's verified chain, leaf first; empty when it showed no certificate
 */
public record TlsSession(String version, String cipher, List<X509Certificate> peerChain) {
    public TlsSession {
        peerChain = List.copyOf(peerChain);
    }
}
