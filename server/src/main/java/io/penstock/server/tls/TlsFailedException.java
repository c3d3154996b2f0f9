package io.penstock.server.tls;

/** TLS failed: the handshake, a record, or by an alert of the peer. The message is one sentence. */
public final class TlsFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TlsFailedException(String message, Throwable cause) {
        super(message, cause, false, false);
    }
}
