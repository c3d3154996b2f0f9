package io.penstock.server.pki;

import io.penstock.server.pki.Finding.Kind;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether what stands above a leaf leads to a root: nothing missing, nothing wrong, nothing that is not part of it. */
final class ChainChecks {
    private static final int KEY_CERT_SIGN = 5;

    private final List<X509Certificate> chain;
    private final List<X509Certificate> bag;
    private final Question question;
    private final List<Finding> findings = new ArrayList<>();

    private ChainChecks(List<X509Certificate> chain, List<X509Certificate> bag, Question question) {
        this.chain = chain;
        this.bag = bag;
        this.question = question;
    }

    /**
     * Checks a chain without asking who trusts it.
     *
     * @param chain sorted, leaf first
     * @param bag everything that the file holds or the server has sent, in that order
     */
    static List<Finding> of(List<X509Certificate> chain, List<X509Certificate> bag, Question question, Roots roots) {
        ChainChecks checks = new ChainChecks(chain, bag, question);
        checks.extra();
        checks.order();
        checks.issuers();
        checks.end(roots);
        return checks.findings;
    }

    private void extra() {
        Set<X509Certificate> extra = new HashSet<>(bag);
        chain.forEach(extra::remove);
        extra.removeIf(this::isNamesake);
        if (!extra.isEmpty()) {
            String those =
                    extra.stream().map(DistinguishedNames::subject).sorted().collect(Collectors.joining("; "));
            findings.add(Finding.of(
                    Kind.EXTRA,
                    those + (extra.size() == 1 ? " is" : " are") + " not part of the chain of "
                            + DistinguishedNames.subject(chain.get(0)),
                    question.place().isLive()
                            ? "every handshake carries it for nothing"
                            : "Penstock does not send it, and other servers send it for nothing",
                    "a file with the chain alone"));
        }
    }

    private void order() {
        List<X509Certificate> given = bag.stream().filter(chain::contains).toList();
        if (given.equals(chain) || question.place().files().size() > 1) {
            return;
        }
        String what = "the order is "
                + given.stream().map(DistinguishedNames::subject).collect(Collectors.joining("; "))
                + " and not leaf first, each followed by its issuer";
        String why = question.place().isLive()
                ? "clients that do not sort it refuse it"
                : "Penstock has to sort it, and other servers do not";
        findings.add(new Finding(Kind.ORDER, what, why, "a file in that order", sorting()));
    }

    /** Splits the file at its certificates and joins these anew. */
    private Optional<String> sorting() {
        String parts = chain.stream()
                .map(certificate -> "part-" + (bag.indexOf(certificate) + 1) + ".pem")
                .collect(Collectors.joining(" "));
        return question.place()
                .only()
                .map(file -> "awk '/BEGIN CERTIFICATE/{f=\"part-\" ++n \".pem\"} f{print>f} /END CERTIFICATE/{f=\"\"}' "
                        + Shell.file(file) + " && cat " + parts + " > "
                        + question.place().unused("chain.pem"));
    }

    private void issuers() {
        for (int i = 1; i < chain.size(); i++) {
            X509Certificate issuer = chain.get(i);
            String name = DistinguishedNames.subject(issuer);
            if (question.now().isAfter(issuer.getNotAfter().toInstant())) {
                findings.add(Finding.of(
                        Kind.ISSUER_EXPIRED,
                        "the issuer " + name + " expired on "
                                + issuer.getNotAfter().toInstant(),
                        "the other side refuses the chain",
                        "the current chain of your CA"));
            }
            String obstacle = obstacle(issuer, i - 1);
            if (!obstacle.isEmpty()) {
                findings.add(Finding.of(
                        Kind.ISSUER_NOT_CA,
                        "the issuer " + name + " " + obstacle,
                        "the other side refuses the chain",
                        "a certificate from a CA that may issue it"));
            }
        }
    }

    /** Why a certificate may not issue (RFC 5280 section 6.1.4 k to n). */
    private static String obstacle(X509Certificate issuer, int below) {
        int depth = issuer.getBasicConstraints();
        boolean[] usage = issuer.getKeyUsage();
        if (depth < 0) {
            return issuer.getVersion() < 3 && Chains.isSelfIssued(issuer)
                    ? ""
                    : "is not a CA (basicConstraints CA:TRUE is not there)";
        }
        if (usage != null && !usage[KEY_CERT_SIGN]) {
            return "may not issue certificates (its key usage lacks keyCertSign)";
        }
        return depth < below ? "allows " + depth + " CAs below it, and there are " + below : "";
    }

    /**
     * A chain with an issuer in it counts as whole, since roots need not be sent. A lone leaf is whole if it is its own
     * root or a known root has issued it; only then are roots read, which takes 100 ms.
     */
    private void end(Roots roots) {
        X509Certificate last = chain.get(chain.size() - 1);
        if (Chains.isSelfIssued(last)) {
            if (chain.size() > 1) {
                rootSent(last);
            }
            return;
        }
        if (bag.stream().anyMatch(this::isNamesake)) {
            wrong(last);
        } else if (chain.size() == 1 && !roots.haveIssued(last)) {
            missing(last);
        }
    }

    private void rootSent(X509Certificate root) {
        findings.add(Finding.of(
                Kind.ROOT_SENT,
                "the root " + DistinguishedNames.subject(root) + " is part of it",
                "every handshake carries it, and who does not trust it already will not for that",
                "leave it out, unless your clients are told to take it from here"));
    }

    /** The name of the issuer that is wanted, with another key. */
    private boolean isNamesake(X509Certificate other) {
        X509Certificate last = chain.get(chain.size() - 1);
        return !chain.contains(other)
                && !Chains.isSelfIssued(last)
                && other.getSubjectX500Principal().equals(last.getIssuerX500Principal());
    }

    private void wrong(X509Certificate last) {
        findings.add(new Finding(
                Kind.WRONG_INTERMEDIATE,
                "the " + DistinguishedNames.issuer(last) + " that is there has another key than the one that issued "
                        + DistinguishedNames.subject(last),
                "the other side cannot build the chain and refuses it",
                "the issuer's certificate that goes with it" + from(last),
                fetching(last).map(fetch -> fetch + " > " + question.place().unused("intermediate.pem"))));
    }

    private void missing(X509Certificate last) {
        String file = question.place().joined();
        String intermediate = question.place().unused("intermediate.pem");
        String join =
                "cat " + file + " " + intermediate + " > " + question.place().unused("chain.pem");
        findings.add(Finding.of(
                Kind.MISSING_INTERMEDIATE,
                "the chain ends before its issuer " + DistinguishedNames.issuer(last),
                "clients that do not have it refuse the certificate",
                "append the issuer's certificate" + from(last) + ", with Let's Encrypt use fullchain.pem",
                fetching(last)
                        .map(fetch -> fetch + " > " + intermediate + " && " + join)
                        .orElse(join)));
    }

    private static String from(X509Certificate certificate) {
        return IssuerUrl.of(certificate).map(url -> " from " + url).orElse("");
    }

    /** Behind the URL is DER, or certificates in PKCS#7 where the name says so (RFC 5280 section 4.2.2.1). */
    private static Optional<String> fetching(X509Certificate certificate) {
        return IssuerUrl.of(certificate)
                .filter(Shell::isWeb)
                .map(url -> "curl -fsS " + Shell.quoted(url)
                        + (url.endsWith(".p7c")
                                ? " | openssl pkcs7 -inform DER -print_certs"
                                : " | openssl x509 -inform DER"));
    }
}
