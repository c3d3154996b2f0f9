package io.penstock.server.pki;

import io.penstock.server.pki.Finding.Kind;
import io.penstock.server.pki.Roots.Anchor;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who trusts a chain, and whether it holds up to RFC 5280 section 6: name constraints, path lengths, extensions. */
final class TrustChecks {
    private final List<X509Certificate> chain;
    private final Question question;

    TrustChecks(List<X509Certificate> chain, Question question) {
        this.chain = chain;
        this.question = question;
    }

    /** What is wrong with the path from the leaf to its root, in the words of the JDK. */
    Optional<Finding> path(Anchor anchor) {
        List<X509Certificate> path = chain.subList(0, anchor.certified());
        if (path.isEmpty()) {
            return Optional.empty();
        }
        try {
            CertPath certified = CertificateFactory.getInstance("X.509").generateCertPath(path);
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor.certificate(), null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(withinLeaf()));
            CertPathValidator.getInstance("PKIX").validate(certified, parameters);
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.of(Finding.of(
                    Kind.BROKEN_CHAIN,
                    "the chain to " + DistinguishedNames.subject(anchor.certificate()) + " does not hold: "
                            + e.getMessage(),
                    "the other side refuses it",
                    "a certificate from a CA that may issue it"));
        }
    }

    /** That a leaf has expired is said elsewhere. */
    private Instant withinLeaf() {
        Instant from = chain.get(0).getNotBefore().toInstant();
        Instant until = chain.get(0).getNotAfter().toInstant();
        Instant now = question.now().isBefore(from) ? from : question.now();
        return now.isAfter(until) ? until : now;
    }

    /** The finding when {@code --ca} is given and does not vouch for the chain. */
    Finding untrusted(String whose) {
        return Finding.of(
                Kind.UNTRUSTED,
                whose + " has not issued " + end(),
                "who trusts that alone refuses it",
                "the CA's certificate " + DistinguishedNames.issuer(last()) + ", or a certificate of that CA");
    }

    /** The finding when nobody here vouches for the chain. */
    Finding unknown() {
        X509Certificate last = last();
        if (chain.size() == 1 && Chains.isSelfIssued(last)) {
            return Finding.of(
                    Kind.UNKNOWN_CA,
                    DistinguishedNames.subject(last) + " is self-signed",
                    "only who is given this very certificate trusts it",
                    "give it to them as their CA, or use one that a CA has issued");
        }
        String root = Chains.isSelfIssued(last)
                ? DistinguishedNames.subject(last)
                : "its issuer " + DistinguishedNames.issuer(last);
        return Finding.of(
                Kind.UNKNOWN_CA,
                "the chain ends at " + root + ", which neither Java nor this system trusts",
                "only who is given that CA trusts it, and a further intermediate may be missing",
                "judge by your own CA",
                "penstock cert show --ca " + "CA.pem " + question.place().words());
    }

    private String end() {
        return Chains.isSelfIssued(last()) && chain.size() > 1
                ? "the chain to " + DistinguishedNames.subject(last())
                : DistinguishedNames.subject(last());
    }

    private X509Certificate last() {
        return chain.get(chain.size() - 1);
    }
}
