package io.penstock.server.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether clients will accept what a certificate file offers. What they refuse for certain is an error. */
final class CertificateChecks {
    /** Time enough to renew by hand. */
    static final Duration EXPIRES_SOON = Duration.ofDays(30);

    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_PURPOSE = "2.5.29.37.0";

    private final Source source;
    private final Instant now;
    private final Problems problems;

    CertificateChecks(Source source, Clock clock, Problems problems) {
        this.source = source;
        this.now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        this.problems = problems;
    }

    /** A certificate in words: its subject, or its first name when it has none. */
    static String name(X509Certificate certificate) {
        String subject = certificate.getSubjectX500Principal().getName();
        return subject.isEmpty() ? String.join(", ", HostNames.of(certificate)) : subject;
    }

    void leaf(X509Certificate leaf, Optional<String> hostname) {
        validity(leaf);
        purpose(leaf);
        hostname.ifPresent(name -> hostname(leaf, name));
    }

    private void validity(X509Certificate leaf) {
        Instant from = leaf.getNotBefore().toInstant();
        Instant until = leaf.getNotAfter().toInstant();
        if (now.isAfter(until)) {
            problems.error(source.expected(
                    "a certificate that is valid now, " + now + "; " + name(leaf) + " expired on " + until));
        } else if (now.isBefore(from)) {
            problems.error(source.expected("a certificate that is valid now, " + now + "; " + name(leaf)
                    + " is valid from " + from + ": wait or correct the clock"));
        } else if (now.plus(EXPIRES_SOON).isAfter(until)) {
            problems.warning(source.line(Expiry.words(leaf, now)));
        }
    }

    private void purpose(X509Certificate leaf) {
        try {
            List<String> purposes = leaf.getExtendedKeyUsage();
            if (purposes != null && !purposes.contains(SERVER_AUTH) && !purposes.contains(ANY_PURPOSE)) {
                problems.warning(source.line(name(leaf) + " is not for servers and clients refuse it"
                        + "; remedy: a certificate with the extended key usage serverAuth"));
            }
        } catch (CertificateParsingException e) {
            problems.warning(source.line(name(leaf) + " has an extended key usage that cannot be read"));
        }
    }

    private void hostname(X509Certificate leaf, String hostname) {
        List<String> names = HostNames.of(leaf);
        String wanted = HostNames.normal(hostname).orElse(hostname);
        if (names.stream().noneMatch(name -> HostNames.covers(name, wanted))) {
            String those = names.isEmpty() ? "no name at all" : String.join(", ", names);
            problems.warning(source.line(
                    "it covers " + those + " and not penstock.hostname " + hostname + ", so that clients of that name"
                            + " refuse it; remedy: a certificate with the subject alternative name " + hostname));
        }
    }

    /**
     * Checks what stands above the leaf.
     *
     * @param chain sorted, leaf first
     * @param bag all that the file holds
     */
    void chain(List<X509Certificate> chain, List<X509Certificate> bag) {
        Set<X509Certificate> extra = new HashSet<>(bag);
        chain.forEach(extra::remove);
        if (!extra.isEmpty()) {
            problems.warning(source.line("not sent, as they are not part of the chain of " + name(chain.get(0)) + ": "
                    + extra.stream().map(CertificateChecks::name).sorted().collect(Collectors.joining("; "))));
        }
        chain.stream()
                .skip(1)
                .filter(issuer -> now.isAfter(issuer.getNotAfter().toInstant()))
                .forEach(issuer -> problems.warning(source.line("the issuer " + name(issuer) + " expired on "
                        + issuer.getNotAfter().toInstant() + "; remedy: the current chain of your CA")));
        missingIntermediate(chain);
    }

    /**
     * A chain with an issuer in it counts as whole, since roots need not be sent. A lone leaf is whole if it is its own
     * root or a public root has issued it; only then does it take reading Java's trust store, 100 ms.
     */
    private void missingIntermediate(List<X509Certificate> chain) {
        X509Certificate leaf = chain.get(0);
        if (chain.size() > 1 || Chains.isSelfIssued(leaf) || isIssuedByKnownRoot(leaf)) {
            return;
        }
        String issuer = leaf.getIssuerX500Principal().getName();
        problems.warning(source.line("the chain ends before its issuer " + issuer + ", so that clients that do not have"
                + " it refuse the certificate; remedy: append the issuer's certificate"
                + issuerUrl(leaf).map(url -> " from " + url).orElse("")
                + ", with Let's Encrypt use fullchain.pem"));
    }

    private static Optional<String> issuerUrl(X509Certificate leaf) {
        return Optional.ofNullable(leaf.getExtensionValue(IssuerUrl.OID)).flatMap(IssuerUrl::of);
    }

    private static boolean isIssuedByKnownRoot(X509Certificate certificate) {
        try {
            KeyStore known = KeyStore.getInstance(
                    Path.of(System.getProperty("java.home"), "lib", "security", "cacerts")
                            .toFile(),
                    (char[]) null);
            for (String alias : Collections.list(known.aliases())) {
                if (known.getCertificate(alias) instanceof X509Certificate root && Chains.issued(root, certificate)) {
                    return true;
                }
            }
            return false;
        } catch (GeneralSecurityException | IOException e) {
            return false;
        }
    }
}
