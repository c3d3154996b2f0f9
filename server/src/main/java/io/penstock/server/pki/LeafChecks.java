package io.penstock.server.pki;

import io.penstock.server.pki.Finding.Kind;
import io.penstock.server.pki.Question.Role;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a certificate is one that the other side accepts from a server, or a client: its time, names and purpose. */
final class LeafChecks {
    /** Time enough to renew by hand. */
    static final Duration EXPIRES_SOON = Duration.ofDays(30);

    private static final String ANY_PURPOSE = "2.5.29.37.0";
    private static final int DIGITAL_SIGNATURE = 0;

    private final X509Certificate leaf;
    private final Question question;
    private final String name;
    private final List<Finding> findings = new ArrayList<>();

    private LeafChecks(X509Certificate leaf, Question question) {
        this.leaf = leaf;
        this.question = question;
        this.name = DistinguishedNames.subject(leaf);
    }

    static List<Finding> of(X509Certificate leaf, Question question) {
        LeafChecks checks = new LeafChecks(leaf, question);
        checks.validity();
        if (question.role() != Role.AUTHORITY) {
            checks.purpose();
            checks.keyUsage();
            checks.authority();
        }
        if (question.role() == Role.SERVER) {
            checks.names();
        }
        return checks.findings;
    }

    private void validity() {
        Instant now = question.now();
        Instant from = leaf.getNotBefore().toInstant();
        Instant until = leaf.getNotAfter().toInstant();
        if (now.isAfter(until)) {
            add(Kind.EXPIRED, name + " expired on " + until, refused(), "renew it");
        } else if (now.isBefore(from)) {
            findings.add(Finding.of(
                    Kind.NOT_YET_VALID, name + " is valid from " + from, refused(), "wait or correct the clock"));
        } else if (now.plus(EXPIRES_SOON).isAfter(until)) {
            add(Kind.EXPIRES_SOON, Expiry.when(leaf, now), refused() + " from then on", "renew it");
        }
    }

    private void purpose() {
        Role role = question.role();
        try {
            List<String> purposes = leaf.getExtendedKeyUsage();
            String wanted = role == Role.SERVER ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2";
            if (purposes != null && !purposes.contains(wanted) && !purposes.contains(ANY_PURPOSE)) {
                add(
                        Kind.PURPOSE,
                        name + " is not for " + role.users,
                        refused(),
                        "a certificate with the extended key usage " + role.purpose);
            }
        } catch (CertificateParsingException e) {
            add(
                    Kind.PURPOSE,
                    name + " has an extended key usage that cannot be read",
                    refused(),
                    "a certificate with the extended key usage " + role.purpose);
        }
    }

    /** RFC 8446 section 4.4.2.2. TLS 1.2 is spoken with ephemeral keys alone, which are signed, too. */
    private void keyUsage() {
        boolean[] usage = leaf.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            add(
                    Kind.KEY_USAGE,
                    "the key usage of " + name + " lacks digitalSignature",
                    refused() + " in every handshake that signs, which with Penstock are all",
                    "a certificate with the key usage digitalSignature");
        }
    }

    private void authority() {
        if (leaf.getBasicConstraints() >= 0) {
            add(
                    Kind.LEAF_IS_CA,
                    name + " is the certificate of a CA",
                    "strict " + question.role().judges + " refuse it, and who gets its key can issue more",
                    "a certificate that is none (basicConstraints CA:FALSE)");
        }
    }

    private void names() {
        List<String> names = HostNames.of(leaf);
        Optional<String> wanted = question.hostname();
        if (wanted.isEmpty() && names.isEmpty()) {
            add(
                    Kind.NO_NAMES,
                    name + " has no subject alternative name",
                    "clients refuse it, for they do not read the common name",
                    "a certificate with the server's names as subject alternative names");
        }
        if (wanted.isPresent() && names.stream().noneMatch(one -> HostNames.covers(one, wanted.get()))) {
            String those = names.isEmpty() ? "no name at all" : String.join(", ", HostNames.shown(leaf));
            add(
                    Kind.HOSTNAME,
                    "it covers " + those + " and not " + question.hostnameWords(),
                    "clients of that name refuse it",
                    "a certificate with the subject alternative name " + HostNames.shown(wanted.get()));
        }
    }

    /**
     * The longest validity that browsers accept of public CAs (CA/Browser Forum, ballot SC-081), and Apple's of others.
     *
     * @param isPublic whether the root is one of those
     */
    static Optional<Finding> longValidity(X509Certificate leaf, boolean isPublic) {
        Instant from = leaf.getNotBefore().toInstant();
        long days = Duration.between(from, leaf.getNotAfter().toInstant()).toDays();
        int most = isPublic ? mostDays(LocalDate.ofInstant(from, ZoneOffset.UTC)) : 825;
        return days <= most
                ? Optional.empty()
                : Optional.of(Finding.of(
                        Kind.LONG_VALIDITY,
                        DistinguishedNames.subject(leaf) + " is valid for " + days + " days",
                        (isPublic ? "browsers refuse it: " : "Apple's clients refuse it: ") + most
                                + " are the most for a certificate of that day",
                        "a certificate for less time, renewed by a program"));
    }

    private static int mostDays(LocalDate issued) {
        if (issued.isBefore(LocalDate.of(2026, 3, 15))) {
            return 398;
        }
        if (issued.isBefore(LocalDate.of(2027, 3, 15))) {
            return 200;
        }
        return issued.isBefore(LocalDate.of(2029, 3, 15)) ? 100 : 47;
    }

    private String refused() {
        return question.role().judges + " refuse it";
    }

    private void add(Kind kind, String what, String why, String remedy) {
        if (question.role() == Role.AUTHORITY) {
            findings.add(Finding.of(kind, what, why, remedy));
        } else {
            findings.add(
                    Finding.of(kind, what, why, remedy, Requests.renewal(leaf, question.role(), question.hostname())));
        }
    }
}
