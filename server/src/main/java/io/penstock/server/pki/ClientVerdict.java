package io.penstock.server.pki;

import io.penstock.protocol.ClientIdentity;

/** Whether a client may connect with the certificate that it has shown. */
public sealed interface ClientVerdict {
    /** It may. */
    record Accepted(ClientIdentity client) implements ClientVerdict {}

    /**
     * It may not.
     *
     * @param fault for code, counting and the alert
     * @param detail whose certificate it is and what exactly is wrong with it; one line, which quotes the peer
     */
    record Refused(Fault fault, String detail) implements ClientVerdict {}

    /** Why a certificate is refused, and with which alert (RFC 8446 section 6.2) where the engine has it. */
    enum Fault {
        /** There is no way from it to a CA that is trusted. Alert unknown_ca. */
        UNKNOWN_CA(48),
        /** Its time, or that of a CA above it, is over. Alert certificate_expired. */
        EXPIRED(45),
        /** Its time has not begun. Alert certificate_expired, which stands for both. */
        NOT_YET_VALID(45),
        /** It, or a CA above it, is on its issuer's list. Alert certificate_revoked. */
        REVOKED(44),
        /** A CA above it has no current list, where lists are used: the operator's fault. Alert certificate_unknown. */
        REVOCATION_UNKNOWN(46),
        /** It is not for clients. Alert unsupported_certificate. */
        WRONG_USAGE(43),
        /** It is good, and no rule allows it. Alert access_denied. */
        NOT_ALLOWED(49),
        /** Whatever else: damaged, too weak, against a constraint of its CA. Alert bad_certificate. */
        BAD(42);

        private final int alert;

        Fault(int alert) {
            this.alert = alert;
        }

        /** The alert's number. */
        public int alert() {
            return alert;
        }
    }
}
