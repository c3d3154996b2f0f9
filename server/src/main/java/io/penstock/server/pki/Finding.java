package io.penstock.server.pki;

import java.util.Locale;
import java.util.Optional;

/**
 * One thing that an examination has found.
 *
 * @param kind what it is, for programs
 * @param what is wrong, with the names and values that are
 * @param why it matters: what happens to whom, to be read behind "so that"
 * @param remedy what to do about it, in words
 * @param command a line for a shell that does it, where there is one; what comes from the certificate is quoted in it
 */
public record Finding(Kind kind, String what, String why, String remedy, Optional<String> command) {
    /** How bad it is. */
    public enum Severity {
        /** Some or all clients refuse the certificate. */
        FAULT,
        /** It works today, or for some. */
        WARNING,
        /** Good to know. */
        NOTE;

        /** As it is printed: in lower case. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What can be found. The names are part of the output for programs: none changes its meaning. */
    public enum Kind {
        EXPIRED(Severity.FAULT),
        NOT_YET_VALID(Severity.FAULT),
        EXPIRES_SOON(Severity.WARNING),
        LONG_VALIDITY(Severity.NOTE),
        KEY_MISMATCH(Severity.FAULT),
        SEVERAL_KEYS(Severity.FAULT),
        KEY_LOCKED(Severity.NOTE),
        KEY_FILE_OPEN(Severity.WARNING),
        HOSTNAME(Severity.FAULT),
        NO_NAMES(Severity.FAULT),
        PURPOSE(Severity.FAULT),
        KEY_USAGE(Severity.FAULT),
        LEAF_IS_CA(Severity.WARNING),
        WEAK_KEY(Severity.FAULT),
        WEAK_SIGNATURE(Severity.FAULT),
        MISSING_INTERMEDIATE(Severity.FAULT),
        WRONG_INTERMEDIATE(Severity.FAULT),
        ISSUER_EXPIRED(Severity.FAULT),
        ISSUER_NOT_CA(Severity.FAULT),
        BROKEN_CHAIN(Severity.FAULT),
        ORDER(Severity.WARNING),
        EXTRA(Severity.WARNING),
        ROOT_SENT(Severity.NOTE),
        SEVERAL_FILES(Severity.NOTE),
        UNTRUSTED(Severity.FAULT),
        UNKNOWN_CA(Severity.WARNING),
        REVOKED(Severity.FAULT),
        CRL_OUTDATED(Severity.WARNING),
        CRL_UNUSABLE(Severity.WARNING),
        CRL_UNCHECKED(Severity.NOTE),
        FORM(Severity.NOTE);

        private final Severity severity;

        Kind(Severity severity) {
            this.severity = severity;
        }

        public Severity severity() {
            return severity;
        }

        /** As it is printed, such as {@code missing-intermediate}. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static Finding of(Kind kind, String what, String why, String remedy) {
        return new Finding(kind, what, why, remedy, Optional.empty());
    }

    static Finding of(Kind kind, String what, String why, String remedy, String command) {
        return new Finding(kind, what, why, remedy, Optional.of(command));
    }

    public Severity severity() {
        return kind.severity();
    }

    /** All of it in one line but the command. */
    String line() {
        return what + ", so that " + why + "; remedy: " + remedy;
    }
}
