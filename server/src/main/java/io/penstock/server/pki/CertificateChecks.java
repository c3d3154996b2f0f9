package io.penstock.server.pki;

import io.penstock.server.pki.Finding.Kind;
import io.penstock.server.pki.Question.Role;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether clients will accept what a certificate file offers, as a server's start asks it: only what needs no trust
 * store, and of that what an operator would want to know at each start. What every client refuses is an error.
 */
final class CertificateChecks {
    /** Time enough to renew by hand. */
    static final Duration EXPIRES_SOON = LeafChecks.EXPIRES_SOON;

    private static final String HOSTNAME = "penstock.hostname ";
    private static final Set<Kind> ERRORS = EnumSet.of(Kind.EXPIRED, Kind.NOT_YET_VALID);
    /** Penstock sorts, and of others the server is not asked. */
    private static final Set<Kind> UNTOLD = EnumSet.of(Kind.ORDER, Kind.LEAF_IS_CA);

    private final Source source;
    private final Clock clock;
    private final Problems problems;

    CertificateChecks(Source source, Clock clock, Problems problems) {
        this.source = source;
        this.clock = clock;
        this.problems = problems;
    }

    /** A certificate in words: its subject, or its names when it has none. */
    static String name(X509Certificate certificate) {
        return DistinguishedNames.subject(certificate);
    }

    void leaf(X509Certificate leaf, Optional<String> hostname) {
        Question question = question(hostname);
        LeafChecks.of(leaf, question).forEach(finding -> tell(finding, question));
    }

    /**
     * Checks what stands above the leaf.
     *
     * @param chain sorted, leaf first
     * @param bag all that the file holds
     */
    void chain(List<X509Certificate> chain, List<X509Certificate> bag) {
        Question question = question(Optional.empty());
        ChainChecks.of(chain, bag, question, Roots.ofJava()).forEach(finding -> tell(finding, question));
        StrengthChecks.of(chain, question).forEach(finding -> tell(finding, question));
    }

    private Question question(Optional<String> hostname) {
        return Question.of(clock, Role.SERVER, hostname, HOSTNAME, Place.file(source.path()));
    }

    private void tell(Finding finding, Question question) {
        if (ERRORS.contains(finding.kind())) {
            problems.error(source.expected("a certificate that is valid now, " + question.now() + "; " + finding.what()
                    + ": " + finding.remedy()));
        } else if (finding.severity() != Finding.Severity.NOTE && !UNTOLD.contains(finding.kind())) {
            problems.warning(source.line(finding.line()));
        }
    }
}
