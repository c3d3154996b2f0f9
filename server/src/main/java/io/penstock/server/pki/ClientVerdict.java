package io.penstock.server.pki;

import io.penstock.protocol.ClientIdentity;

/** Whether a client may connect with the certificate that it has shown. */
public sealed interface ClientVerdict {
    /** It may. */
    record Accepted(ClientIdentity client) implements ClientVerdict {}

    /**
     * It may not.
     *
     * @param fault for code, counting and the alert, if the engine has a choice
     * @param detail whose certificate it is and what exactly is wrong with it; one line, which quotes the peer
     */
    record Refused(Fault fault, String detail) implements ClientVerdict {}

    /** Why a certificate is refused. */
    enum Fault {
        /** There is no way from it to a CA that is trusted. */
        UNKNOWN_CA,
        /** Its time, or that of a CA above it, is over. */
        EXPIRED,
        /** Its time has not begun. */
        NOT_YET_VALID,
        /** It, or a CA above it, is on its issuer's list. */
        REVOKED,
        /** A CA above it has no current list, where lists are used: the operator's fault. */
        REVOCATION_UNKNOWN,
        /** It is not for clients. */
        WRONG_USAGE,
        /** It is good, and no rule allows it. */
        NOT_ALLOWED,
        /** Whatever else: damaged, too weak, against a constraint of its CA. */
        BAD
    }
}
