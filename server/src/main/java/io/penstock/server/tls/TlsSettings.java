package io.penstock.server.tls;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where certificates come from and what is asked of clients. Paths as configured; nothing has been read yet.
 *
 * @param cert chain, leaf first or to be sorted: PEM, DER, PKCS#7, PKCS#12, JKS; empty: the development CA's leaf
 * @param key private key; empty: {@code cert} holds it, too
 * @param keyPasswordFile file whose first line is the password of the key or of the key store
 * @param clientAuth what is asked of clients
 * @param clientCa certificates that clients' chains must end in
 */
public record TlsSettings(
        Optional<Path> cert,
        Optional<Path> key,
        Optional<Path> keyPasswordFile,
        ClientAuth clientAuth,
        Optional<Path> clientCa) {

    /** Whether clients show a certificate. */
    public enum ClientAuth {
        /** Not asked. */
        NONE,
        /** Asked; none is fine, a bad one is refused. */
        OPTIONAL,
        /** Asked; without a good one there is no connection. */
        REQUIRED
    }

    /** The development CA's leaf, nothing asked of clients. */
    public static TlsSettings development() {
        return new TlsSettings(Optional.empty(), Optional.empty(), Optional.empty(), ClientAuth.NONE, Optional.empty());
    }
}
