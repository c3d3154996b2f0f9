package io.penstock.server.pki;

import io.penstock.server.pki.ClientVerdict.Fault;
import io.penstock.server.pki.TrustedPaths.TrustedPath;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateRevokedException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What the JDK's validation says, in our terms. */
record ClientFailure(TrustedPath path, List<X509CRL> lists, Instant now) {
    static Fault fault(CertPathValidatorException e) {
        if (!(e.getReason() instanceof BasicReason reason)) {
            return Fault.BAD;
        }
        return switch (reason) {
            case EXPIRED -> Fault.EXPIRED;
            case NOT_YET_VALID -> Fault.NOT_YET_VALID;
            case REVOKED -> Fault.REVOKED;
            case UNDETERMINED_REVOCATION_STATUS -> Fault.REVOCATION_UNKNOWN;
            case ALGORITHM_CONSTRAINED, INVALID_SIGNATURE, UNSPECIFIED -> Fault.BAD;
        };
    }

    String words(CertPathValidatorException e) {
        X509Certificate leaf = path.certificates().get(0);
        X509Certificate at = e.getIndex() < 0 ? leaf : path.certificates().get(e.getIndex());
        return switch (fault(e)) {
            case EXPIRED -> ClientWords.expired(at, leaf);
            case NOT_YET_VALID -> ClientWords.notYetValid(at, leaf);
            case REVOKED ->
                ClientWords.who(at, leaf) + " was revoked" + revocation(e) + " by "
                        + ClientWords.name(at.getIssuerX500Principal());
            case REVOCATION_UNKNOWN -> listProblem(e);
            default ->
                ClientWords.who(at, leaf) + " is not acceptable: "
                        + ClientWords.shortened(String.valueOf(e.getMessage()));
        };
    }

    private static String revocation(CertPathValidatorException e) {
        return e.getCause() instanceof CertificateRevokedException revoked
                ? " on " + revoked.getRevocationDate().toInstant() + " ("
                        + revoked.getRevocationReason().name().toLowerCase(Locale.ROOT) + ")"
                : "";
    }

    /** The JDK says only that it does not know. */
    private String listProblem(CertPathValidatorException e) {
        return Stream.concat(path.certificates().stream().skip(1), Stream.of(path.anchor()))
                .flatMap(authority -> listProblem(authority).stream())
                .findFirst()
                .orElseGet(() -> "whether it is revoked cannot be told: " + e.getMessage());
    }

    private Optional<String> listProblem(X509Certificate authority) {
        String name = ClientWords.name(authority);
        String key = Source.full(Source.CLIENT_CRL);
        List<X509CRL> own = lists.stream()
                .filter(list -> list.getIssuerX500Principal().equals(authority.getSubjectX500Principal()))
                .toList();
        if (own.isEmpty()) {
            return Optional.of(key + " has no list of " + name);
        }
        if (own.stream().anyMatch(list -> RevocationLists.isCurrent(list, now))) {
            return Optional.empty();
        }
        return own.stream()
                .map(RevocationLists::nextUpdate)
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder())
                .map(until -> "the list of " + name + " in " + key + " was to be replaced by " + until)
                .or(() -> Optional.of("the list of " + name + " in " + key + " does not say until when it is good"));
    }
}
