package io.penstock.server.pki;

import java.security.KeyPair;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A throw-away or development CA. Its key lives in memory; {@link PemFiles} writes what it makes.
 *
 * <pre>{@code
 * CertificateAuthority ca = CertificateAuthority.create("Test CA");
 * Identity server = ca.server("localhost", "127.0.0.1");
 * Identity expired = ca.issue(CertificateSpec.server("localhost").valid(lastYear, yesterday));
 * Identity deep = ca.intermediate("Test intermediate").server("localhost");
 * }</pre>
 *
 * Thread-safe. Not for production: there is no record of what was issued and no guard on the key.
 */
public final class CertificateAuthority {
    private final Identity identity;

    private CertificateAuthority(Identity identity) {
        this.identity = identity;
    }

    /** A self-signed CA with a P-256 key, valid for ten years. */
    public static CertificateAuthority create(String commonName) {
        return create(CertificateSpec.authority(commonName));
    }

    /** A self-signed CA. */
    public static CertificateAuthority create(CertificateSpec spec) {
        requireAuthority(spec);
        KeyPair pair = spec.keyType().generate();
        X509Certificate certificate = CertificateIssuer.selfSigned(spec, pair);
        return new CertificateAuthority(new Identity(pair.getPrivate(), List.of(certificate)));
    }

    /**
     * Goes on with a CA that exists.
     *
     * @param identity the CA's own key and certificate, followed by its issuers if it is an intermediate
     */
    public static CertificateAuthority of(Identity identity) {
        return new CertificateAuthority(identity);
    }

    /** A server's leaf with a P-256 key for these names and addresses. */
    public Identity server(String... names) {
        return issue(CertificateSpec.server(names));
    }

    /** A client's leaf with a P-256 key. */
    public Identity client(String commonName) {
        return issue(CertificateSpec.client(commonName));
    }

    /**
     * Makes a key and its certificate.
     *
     * @return the chain is the leaf, then the intermediates, without the self-signed root: what a server sends
     */
    public Identity issue(CertificateSpec spec) {
        KeyPair pair = spec.keyType().generate();
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(CertificateIssuer.issue(spec, pair.getPublic(), identity));
        identity.chain().stream().filter(issuer -> !Chains.isSelfIssued(issuer)).forEach(chain::add);
        return new Identity(pair.getPrivate(), chain);
    }

    /** A CA below this one with a P-256 key. */
    public CertificateAuthority intermediate(String commonName) {
        return intermediate(CertificateSpec.authority(commonName));
    }

    /** A CA below this one. */
    public CertificateAuthority intermediate(CertificateSpec spec) {
        requireAuthority(spec);
        return new CertificateAuthority(issue(spec));
    }

    /**
     * A list of revoked certificates that is good from an hour ago for a day.
     *
     * @param revoked certificates of this CA, as revoked an hour ago because of their keys; none for an empty list
     */
    public X509CRL revocationList(X509Certificate... revoked) {
        Instant from = Instant.now().minus(Duration.ofHours(1));
        return revocationList(from, from.plus(Duration.ofDays(1)), revoked);
    }

    /**
     * A list of revoked certificates.
     *
     * @param from since when it is good, and when the certificates were revoked
     * @param until when the next one is due
     */
    public X509CRL revocationList(Instant from, Instant until, X509Certificate... revoked) {
        return CertificateIssuer.revocationList(identity, from, until, List.of(revoked));
    }

    /** The CA's own certificate: what those who trust it need. */
    public X509Certificate certificate() {
        return identity.leaf();
    }

    /** The CA's own key and certificate; an intermediate's chain holds those above it, without the root. */
    public Identity identity() {
        return identity;
    }

    private static void requireAuthority(CertificateSpec spec) {
        if (spec.role() != CertificateSpec.Role.AUTHORITY) {
            throw new IllegalArgumentException("expected a spec of an authority, got one of a " + spec.role());
        }
    }
}
