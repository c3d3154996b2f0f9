package io.penstock.server.tls;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Whose certificate a client takes for its server's.
 *
 * @param authorities chains may end in one of these
 * @param systemRoots whether they may end in one that the Java runtime trusts, too
 * @param anybody nothing is checked: for a look at a server in trouble, never for secrets
 */
public record ClientTrust(List<X509Certificate> authorities, boolean systemRoots, boolean anybody) {
    /** Nothing is checked. */
    public static final ClientTrust ANYBODY = new ClientTrust(List.of(), false, true);

    public ClientTrust {
        authorities = List.copyOf(authorities);
    }

    /** These alone. */
    public static ClientTrust of(List<X509Certificate> authorities) {
        return new ClientTrust(authorities, false, false);
    }

    /** These, and the roots of the Java runtime. */
    public static ClientTrust withSystemRoots(List<X509Certificate> authorities) {
        return new ClientTrust(authorities, true, false);
    }
}
