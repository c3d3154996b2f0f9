package io.penstock.server.pki;

import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Whose client certificates are accepted.
 *
 * @param clientAuth what is asked of clients
 * @param authorities clients' chains must end in one of these; empty when nothing is asked
 * @param revocationLists of these CAs; once there is one, every CA of a client's chain needs a current one
 * @param rules of which a client's certificate has to meet one; empty: all that the CAs vouch for are allowed
 * @param warnings one line each
 */
public record Trust(
        ClientAuth clientAuth,
        List<X509Certificate> authorities,
        List<X509CRL> revocationLists,
        List<ClientRule> rules,
        List<String> warnings) {
    /** Clients are not asked. */
    public static final Trust NONE = new Trust(ClientAuth.NONE, List.of(), List.of(), List.of(), List.of());

    public Trust {
        authorities = List.copyOf(authorities);
        revocationLists = List.copyOf(revocationLists);
        rules = List.copyOf(rules);
        warnings = List.copyOf(warnings);
        if (clientAuth != ClientAuth.NONE && authorities.isEmpty()) {
            throw new IllegalArgumentException("client-auth " + clientAuth + " without a CA would refuse everybody");
        }
    }

    /** A client must show a certificate that one of these has issued, directly or through intermediates. */
    public static Trust required(X509Certificate... authorities) {
        return of(ClientAuth.REQUIRED, authorities);
    }

    /** A client may show a certificate; a bad one is refused. */
    public static Trust optional(X509Certificate... authorities) {
        return of(ClientAuth.OPTIONAL, authorities);
    }

    private static Trust of(ClientAuth clientAuth, X509Certificate... authorities) {
        return new Trust(clientAuth, List.of(authorities), List.of(), List.of(), List.of());
    }

    /** The same with these lists of revoked certificates. */
    public Trust withRevocationLists(X509CRL... lists) {
        return new Trust(clientAuth, authorities, List.of(lists), rules, warnings);
    }

    /**
     * The same with these rules.
     *
     * @throws IllegalArgumentException where one is none
     */
    public Trust withRules(String... texts) {
        List<ClientRule> parsed = List.of(texts).stream().map(ClientRule::of).toList();
        return new Trust(clientAuth, authorities, revocationLists, parsed, warnings);
    }
}
