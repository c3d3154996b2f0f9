package io.penstock.server.pki;

import io.penstock.server.pki.Finding.Kind;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a chain's certificates are on the revocation lists of their issuers (RFC 5280 section 5). */
final class RevocationChecks {
    private final List<X509Certificate> chain;
    private final Optional<X509Certificate> root;
    private final Question question;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * @param root of the chain, where it is known and not in it
     */
    RevocationChecks(List<X509Certificate> chain, Optional<X509Certificate> root, Question question) {
        this.chain = chain;
        this.root = root;
        this.question = question;
    }

    /** Without a list there is only to say where the leaf's could be had. */
    List<Finding> unchecked() {
        return CrlUrls.of(chain.get(0)).stream()
                .filter(Shell::isWeb)
                .findFirst()
                .map(url -> Finding.of(
                        Kind.CRL_UNCHECKED,
                        "revocation was not looked at; the list is at " + url,
                        "a certificate that has been revoked looks good here",
                        "fetch the list and name it",
                        "curl -fsS -o crl.der " + Shell.quoted(url) + " && penstock cert show --crl crl.der "
                                + question.place().words()))
                .stream()
                .toList();
    }

    List<Finding> by(List<X509CRL> lists) {
        for (X509Certificate certificate : chain) {
            if (!Chains.isSelfIssued(certificate)) {
                lists.stream()
                        .filter(list -> list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal()))
                        .forEach(list -> check(certificate, list));
            }
        }
        X509Certificate leaf = chain.get(0);
        if (lists.stream().noneMatch(list -> list.getIssuerX500Principal().equals(leaf.getIssuerX500Principal()))) {
            findings.add(Finding.of(
                    Kind.CRL_UNUSABLE,
                    "there is no revocation list of " + DistinguishedNames.issuer(leaf),
                    "whether " + DistinguishedNames.subject(leaf) + " is revoked stays unknown",
                    "the list of that issuer"));
        }
        return findings;
    }

    private void check(X509Certificate certificate, X509CRL list) {
        String issuer = DistinguishedNames.shown(list.getIssuerX500Principal());
        if (!isSigned(certificate, list)) {
            findings.add(Finding.of(
                    Kind.CRL_UNUSABLE,
                    "the revocation list of " + issuer + " is not signed by the issuer in the chain",
                    "it is not believed",
                    "the list of the CA that issued the certificate"));
            return;
        }
        if (list.getNextUpdate() != null
                && question.now().isAfter(list.getNextUpdate().toInstant())) {
            findings.add(Finding.of(
                    Kind.CRL_OUTDATED,
                    "the revocation list of " + issuer + " was due for renewal on "
                            + list.getNextUpdate().toInstant(),
                    "what was revoked since is not in it, and strict clients refuse the certificate",
                    "fetch the current list"));
        }
        X509CRLEntry entry = list.getRevokedCertificate(certificate);
        if (entry != null) {
            String reason = entry.getRevocationReason() == null ? "" : " (" + entry.getRevocationReason() + ")";
            findings.add(Finding.of(
                    Kind.REVOKED,
                    DistinguishedNames.subject(certificate) + " was revoked on "
                            + entry.getRevocationDate().toInstant() + reason,
                    "who looks at the list refuses it",
                    "a new key and certificate",
                    Requests.renewal(certificate, question.role(), question.hostname())));
        }
    }

    private boolean isSigned(X509Certificate certificate, X509CRL list) {
        return Stream.concat(chain.stream(), root.stream())
                .filter(candidate -> Chains.issued(candidate, certificate))
                .anyMatch(issuer -> {
                    try {
                        list.verify(issuer.getPublicKey());
                        return true;
                    } catch (GeneralSecurityException e) {
                        return false;
                    }
                });
    }
}
