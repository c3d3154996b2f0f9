package io.penstock.server.pki;

import io.penstock.protocol.ClientIdentity;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;

/** Clients' certificates in words. A name may be anything and of any length: it is cut here, and escaped by the log. */
final class ClientWords {
    private static final int LONGEST_NAME = 200;
    private static final int MOST_NAMES = 10;

    private ClientWords() {}

    /** Whose certificate it is. */
    static String describe(X509Certificate certificate) {
        return name(certificate) + " (serial " + ClientIdentity.hex(certificate.getSerialNumber()) + ", issued by "
                + name(certificate.getIssuerX500Principal()) + ")";
    }

    static String name(X509Certificate certificate) {
        return name(certificate.getSubjectX500Principal());
    }

    static String name(X500Principal principal) {
        String name = ClientIdentity.name(principal);
        return name.isEmpty() ? "no subject" : shortened(name);
    }

    static String shortened(String name) {
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name;
    }

    /** The client's certificate, or one above it. */
    static String who(X509Certificate certificate, X509Certificate leaf) {
        return certificate.equals(leaf) ? "it" : "its CA " + name(certificate);
    }

    static String expired(X509Certificate certificate, X509Certificate leaf) {
        return who(certificate, leaf) + " expired on "
                + certificate.getNotAfter().toInstant();
    }

    static String notYetValid(X509Certificate certificate, X509Certificate leaf) {
        return who(certificate, leaf) + " is valid from "
                + certificate.getNotBefore().toInstant() + " on";
    }

    /** Why there is no way to a trusted CA: as far up as the client's own certificates reach. */
    static String noWay(List<X509Certificate> sent) {
        List<X509Certificate> chain = Chains.sorted(sent.get(0), sent);
        X509Certificate top = chain.get(chain.size() - 1);
        String authorities = Source.full(Source.CLIENT_CA);
        if (Chains.isSelfIssued(top)) {
            return (chain.size() == 1 ? "it is self-signed and" : "its root " + name(top) + " is") + " not in "
                    + authorities;
        }
        return name(top.getIssuerX500Principal()) + " is not in " + authorities
                + ", and the client has not sent its certificate";
    }

    /** Everything that rules go by. */
    static String names(ClientIdentity client) {
        Stream<String> names = Stream.of(
                        client.dnsNames().stream().map(name -> "dns:" + name),
                        client.uris().stream().map(uri -> "uri:" + uri),
                        client.emails().stream().map(email -> "email:" + email))
                .flatMap(kind -> kind)
                .limit(MOST_NAMES);
        return Stream.concat(
                        names.map(ClientWords::shortened),
                        Stream.of("subject:" + shortened(client.subject()), ClientRule.keyOf(client)))
                .reduce((left, right) -> left + "; " + right)
                .orElseThrow();
    }
}
