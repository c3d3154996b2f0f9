package io.penstock.server.pki;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the way from a client's certificate to a CA that is trusted. Immutable.
 *
 * <p>A CA that stands below another of the same file is not trusted by itself, but helps out clients that do not send
 * it: so what the upper one has revoked, or an end of its own, counts.
 *
 * <p>The search goes from the trusted CAs downwards, and only through what they have signed. It costs at most the square
 * of the chain's length, whatever a client sends; the JDK's builder goes upwards through everything, and a chain of
 * certificates that all sign each other would keep it busy before the client has proven anything.
 */
final class TrustedPaths {
    private final List<X509Certificate> anchors = new ArrayList<>();
    private final List<X509Certificate> helpers = new ArrayList<>();

    TrustedPaths(List<X509Certificate> authorities) {
        for (X509Certificate authority : authorities) {
            boolean below = !Chains.isSelfIssued(authority)
                    && authorities.stream().anyMatch(upper -> Chains.issued(upper, authority));
            (below ? helpers : anchors).add(authority);
        }
        if (anchors.isEmpty()) {
            // They have signed each other in a circle.
            anchors.addAll(helpers);
        }
    }

    /**
     * A way up.
     *
     * @param certificates the client's first, then what stands between; empty when the client's is trusted by itself
     * @param anchor the CA that is trusted
     */
    record TrustedPath(List<X509Certificate> certificates, X509Certificate anchor) {}

    /** The shortest way, through valid certificates where there is a choice; empty when there is none. */
    Optional<TrustedPath> find(List<X509Certificate> sent, Instant now) {
        X509Certificate leaf = sent.get(0);
        if (anchors.contains(leaf)) {
            return Optional.of(new TrustedPath(List.of(), leaf));
        }
        Set<X509Certificate> unreached = new LinkedHashSet<>(sent);
        unreached.addAll(helpers);
        // A root that is sent along has issued itself.
        anchors.forEach(unreached::remove);
        Map<X509Certificate, X509Certificate> issuers = new HashMap<>();
        Deque<X509Certificate> reached = new ArrayDeque<>(sorted(anchors, now));
        while (!reached.isEmpty() && !issuers.containsKey(leaf)) {
            X509Certificate issuer = reached.remove();
            List<X509Certificate> below = unreached.stream()
                    .filter(certificate -> Chains.issued(issuer, certificate))
                    .toList();
            below.forEach(certificate -> issuers.put(certificate, issuer));
            below.forEach(unreached::remove);
            reached.addAll(sorted(below, now));
        }
        return issuers.containsKey(leaf) ? Optional.of(up(leaf, issuers)) : Optional.empty();
    }

    private static List<X509Certificate> sorted(List<X509Certificate> certificates, Instant now) {
        return certificates.stream()
                .sorted(Comparator.comparing(certificate -> isOutOfDate(certificate, now)))
                .toList();
    }

    private static boolean isOutOfDate(X509Certificate certificate, Instant now) {
        return now.isAfter(certificate.getNotAfter().toInstant())
                || now.isBefore(certificate.getNotBefore().toInstant());
    }

    private static TrustedPath up(X509Certificate leaf, Map<X509Certificate, X509Certificate> issuers) {
        List<X509Certificate> path = new ArrayList<>();
        X509Certificate certificate = leaf;
        X509Certificate issuer = issuers.get(leaf);
        while (issuer != null) {
            path.add(certificate);
            certificate = issuer;
            issuer = issuers.get(certificate);
        }
        return new TrustedPath(List.copyOf(path), certificate);
    }
}
