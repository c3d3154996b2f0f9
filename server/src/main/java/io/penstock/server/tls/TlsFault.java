package io.penstock.server.tls;

import io.penstock.server.pki.ClientVerdict;

/** Why TLS failed, as a closed set with stable codes. {@code docs/tls-errors.md} has a paragraph for each. */
public enum TlsFault {
    /** The client has sent an alert. */
    CLIENT_ALERT("TLS-CLIENT-ALERT"),
    /** {@code client-auth=required}, and it shows none. */
    CLIENT_CERTIFICATE_MISSING("TLS-CLIENT-CERTIFICATE-MISSING"),
    /** No path to a client CA. */
    CLIENT_CERTIFICATE_UNKNOWN_CA("TLS-CLIENT-CERTIFICATE-UNKNOWN-CA"),
    /** Its time is over. */
    CLIENT_CERTIFICATE_EXPIRED("TLS-CLIENT-CERTIFICATE-EXPIRED"),
    /** Its time has not begun. */
    CLIENT_CERTIFICATE_NOT_YET_VALID("TLS-CLIENT-CERTIFICATE-NOT-YET-VALID"),
    /** A CRL lists it. */
    CLIENT_CERTIFICATE_REVOKED("TLS-CLIENT-CERTIFICATE-REVOKED"),
    /** A CA of its chain has no current CRL in {@code client-crl}. */
    CLIENT_CRL_MISSING("TLS-CLIENT-CRL-MISSING"),
    /** Key usage, or extended key usage. */
    CLIENT_CERTIFICATE_WRONG_USAGE("TLS-CLIENT-CERTIFICATE-WRONG-USAGE"),
    /** {@code allowed-clients} has no rule for it. */
    CLIENT_CERTIFICATE_NOT_ALLOWED("TLS-CLIENT-CERTIFICATE-NOT-ALLOWED"),
    /** It cannot be read, is too weak, or breaks a constraint of its CA. */
    CLIENT_CERTIFICATE_BAD("TLS-CLIENT-CERTIFICATE-BAD"),
    /** Whatever else went against the protocol. */
    PROTOCOL_ERROR("TLS-PROTOCOL-ERROR");

    private final String code;

    TlsFault(String code) {
        this.code = code;
    }

    /** Why a client's certificate is refused. */
    static TlsFault of(ClientVerdict.Fault fault) {
        return switch (fault) {
            case UNKNOWN_CA -> CLIENT_CERTIFICATE_UNKNOWN_CA;
            case EXPIRED -> CLIENT_CERTIFICATE_EXPIRED;
            case NOT_YET_VALID -> CLIENT_CERTIFICATE_NOT_YET_VALID;
            case REVOKED -> CLIENT_CERTIFICATE_REVOKED;
            case REVOCATION_UNKNOWN -> CLIENT_CRL_MISSING;
            case WRONG_USAGE -> CLIENT_CERTIFICATE_WRONG_USAGE;
            case NOT_ALLOWED -> CLIENT_CERTIFICATE_NOT_ALLOWED;
            case BAD -> CLIENT_CERTIFICATE_BAD;
        };
    }

    /** Stable over versions, for searching and counting: {@code TLS-…}. */
    public String code() {
        return code;
    }
}
