package io.penstock.server.pki;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whose client certificates are to be accepted. Paths as configured; nothing has been read yet.
 *
 * @param clientAuth what is asked of clients
 * @param clientCa certificates that clients' chains must end in
 * @param clientCrl revocation lists of these CAs
 * @param allowed rules of which a client's certificate has to meet one, as configured; empty: every one is allowed
 * @param passwordFile of a PKCS#12 or JKS store of CAs
 */
public record TrustFiles(
        ClientAuth clientAuth,
        Optional<Path> clientCa,
        Optional<Path> clientCrl,
        List<String> allowed,
        Optional<Path> passwordFile) {
    /** Nothing is asked. */
    public static final TrustFiles NONE =
            new TrustFiles(ClientAuth.NONE, Optional.empty(), Optional.empty(), List.of(), Optional.empty());

    public TrustFiles {
        allowed = List.copyOf(allowed);
    }

    /** Clients of these CAs, without lists of revoked ones or further rules. */
    public static TrustFiles of(ClientAuth clientAuth, Path clientCa) {
        return new TrustFiles(clientAuth, Optional.of(clientCa), Optional.empty(), List.of(), Optional.empty());
    }
}
