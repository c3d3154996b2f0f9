package io.penstock.server.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;

/**
 * A private key and the certificates that go with it.
 *
 * @param key never printed, see {@link #toString}
 * @param chain at least one certificate: the leaf, which belongs to {@code key}, then its issuers
 * @param warnings one line each: it works, but an operator would want to know
 */
public record Identity(PrivateKey key, List<X509Certificate> chain, List<String> warnings) {
    public Identity {
        chain = List.copyOf(chain);
        warnings = List.copyOf(warnings);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("an identity without a certificate");
        }
    }

    /** An identity that nothing is to be said against. */
    public Identity(PrivateKey key, List<X509Certificate> chain) {
        this(key, chain, List.of());
    }

    /** The certificate of {@link #key}. */
    public X509Certificate leaf() {
        return chain.get(0);
    }

    /** The leaf in words: subject, names, serial, expiry. */
    public String summary() {
        String names = String.join(", ", HostNames.of(leaf()));
        return CertificateChecks.name(leaf()) + (names.isEmpty() ? "" : " (" + names + ")") + ", serial "
                + leaf().getSerialNumber().toString(16).toUpperCase(Locale.ROOT) + ", expires "
                + leaf().getNotAfter().toInstant();
    }

    @Override
    public String toString() {
        return "Identity[key=<redacted>, leaf="
                + leaf().getSubjectX500Principal().getName() + ", certificates=" + chain.size() + "]";
    }
}
