package io.penstock.server.pki;

import io.penstock.server.pki.Finding.Kind;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Keys that are too short and signatures by hashes that are broken. */
final class StrengthChecks {
    private StrengthChecks() {}

    static List<Finding> of(List<X509Certificate> chain, Question question) {
        List<Finding> findings = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            String name = DistinguishedNames.subject(certificate);
            boolean leaf = certificate.equals(chain.get(0)) && question.role() != Question.Role.AUTHORITY;
            PublicKeys.weakness(certificate.getPublicKey())
                    .ifPresent(weakness -> findings.add(finding(
                            Kind.WEAK_KEY,
                            "the key of " + name + " is " + PublicKeys.words(certificate.getPublicKey()) + ", "
                                    + weakness,
                            certificate,
                            leaf,
                            question)));
            if (isBroken(certificate)) {
                findings.add(finding(
                        Kind.WEAK_SIGNATURE,
                        name + " is signed by " + certificate.getSigAlgName(),
                        certificate,
                        leaf,
                        question));
            }
        }
        return findings;
    }

    /** Nobody checks what a root says of itself. */
    private static boolean isBroken(X509Certificate certificate) {
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        return !Chains.isSelfIssued(certificate)
                && Stream.of("SHA1", "SHA-1", "MD5", "MD2").anyMatch(algorithm::startsWith);
    }

    private static Finding finding(
            Kind kind, String what, X509Certificate certificate, boolean leaf, Question question) {
        String why = question.role().judges + " refuse the chain";
        return leaf
                ? Finding.of(
                        kind,
                        what,
                        why,
                        "a new key and a certificate of your CA's today",
                        Requests.renewal(certificate, question.role(), question.hostname()))
                : Finding.of(kind, what, why, "the current chain of your CA");
    }
}
