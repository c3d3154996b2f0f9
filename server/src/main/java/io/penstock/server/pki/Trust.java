package io.penstock.server.pki;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Whose client certificates are accepted.
 *
 * @param clientAuth what is asked of clients
 * @param authorities clients' chains must end in one of these; empty when nothing is asked
 * @param warnings one line each
 */
public record Trust(ClientAuth clientAuth, List<X509Certificate> authorities, List<String> warnings) {
    /** Clients are not asked. */
    public static final Trust NONE = new Trust(ClientAuth.NONE, List.of(), List.of());

    public Trust {
        authorities = List.copyOf(authorities);
        warnings = List.copyOf(warnings);
        if (clientAuth != ClientAuth.NONE && authorities.isEmpty()) {
            throw new IllegalArgumentException("client-auth " + clientAuth + " without a CA would refuse everybody");
        }
    }

    /** A client must show a certificate that one of these has issued, directly or through intermediates. */
    public static Trust required(X509Certificate... authorities) {
        return new Trust(ClientAuth.REQUIRED, List.of(authorities), List.of());
    }

    /** A client may show a certificate; a bad one is refused. */
    public static Trust optional(X509Certificate... authorities) {
        return new Trust(ClientAuth.OPTIONAL, List.of(authorities), List.of());
    }
}
