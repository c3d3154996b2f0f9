package io.penstock.server.tls;

/** Why TLS failed, as a closed set with stable codes. {@code docs/tls-errors.md} has a paragraph for each. */
public enum TlsFault {
    /** The client has sent an alert. */
    CLIENT_ALERT("TLS-CLIENT-ALERT"),
    /** Whatever else went against the protocol. */
    PROTOCOL_ERROR("TLS-PROTOCOL-ERROR");

    private final String code;

    TlsFault(String code) {
        this.code = code;
    }

    /** Stable over versions, for searching and counting: {@code TLS-…}. */
    public String code() {
        return code;
    }
}
