package io.penstock.server.pki;

import io.penstock.server.pki.Finding.Kind;
import io.penstock.server.pki.Roots.Anchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Judges one chain by everything that is asked. {@link CertificateChecks} has the part that a server's start needs. */
final class ChainExamination {
    /** What also makes the JDK call a path broken, and says it better. */
    private static final Set<Kind> EXPLAINED = EnumSet.of(
            Kind.ISSUER_EXPIRED, Kind.ISSUER_NOT_CA, Kind.WEAK_KEY, Kind.WEAK_SIGNATURE, Kind.WRONG_INTERMEDIATE);

    private final Question question;
    private final Roots roots;
    private final Optional<String> exclusive;
    private final Optional<List<X509CRL>> lists;

    /**
     * @param exclusive how the roots are called when no others count
     * @param lists of revoked certificates; empty: none was named
     */
    ChainExamination(Question question, Roots roots, Optional<String> exclusive, Optional<List<X509CRL>> lists) {
        this.question = question;
        this.roots = roots;
        this.exclusive = exclusive;
        this.lists = lists;
    }

    Examination examine(X509Certificate leaf, List<X509Certificate> bag) {
        List<X509Certificate> chain = Chains.sorted(leaf, bag);
        Optional<Anchor> anchor = roots.anchor(chain);
        List<Finding> findings = new ArrayList<>(LeafChecks.of(leaf, question));
        LeafChecks.longValidity(leaf, anchor.filter(Anchor::isPublic).isPresent())
                .filter(finding -> question.role() == Question.Role.SERVER)
                .ifPresent(findings::add);
        findings.addAll(ChainChecks.of(chain, bag, question, roots));
        findings.addAll(StrengthChecks.of(chain, question));
        trust(chain, anchor, findings);
        RevocationChecks revocation = new RevocationChecks(chain, anchor.map(Anchor::certificate), question);
        findings.addAll(lists.map(revocation::by).orElseGet(revocation::unchecked));
        List<X509Certificate> further =
                bag.stream().filter(other -> !chain.contains(other)).toList();
        return new Examination(
                List.of(), chain, further, Optional.empty(), anchor.map(Anchor::whose), worstFirst(findings));
    }

    private void trust(List<X509Certificate> chain, Optional<Anchor> anchor, List<Finding> findings) {
        TrustChecks checks = new TrustChecks(chain, question);
        boolean incomplete = findings.stream()
                .map(Finding::kind)
                .anyMatch(kind -> kind == Kind.MISSING_INTERMEDIATE || kind == Kind.WRONG_INTERMEDIATE);
        if (anchor.isPresent()) {
            checks.path(anchor.get())
                    .filter(broken -> findings.stream().map(Finding::kind).noneMatch(EXPLAINED::contains))
                    .ifPresent(findings::add);
        } else if (!incomplete) {
            findings.add(exclusive.map(checks::untrusted).orElseGet(checks::unknown));
        }
    }

    /** Of one severity in the order found. */
    static List<Finding> worstFirst(List<Finding> findings) {
        return findings.stream().sorted(Comparator.comparing(Finding::severity)).toList();
    }
}
