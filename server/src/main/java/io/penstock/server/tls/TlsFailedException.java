package io.penstock.server.tls;

import io.penstock.server.pki.ClientVerdict;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** TLS failed: the handshake, a record, or by an alert of the peer. The message is one sentence. */
public final class TlsFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int SAID = -1;

    private final TlsFault fault;
    private final int alert;

    private TlsFailedException(TlsFault fault, int alert, String message, @Nullable Throwable cause) {
        super(message, cause, true, false);
        this.fault = fault;
        this.alert = alert;
    }

    /** An engine has failed, and has said its alert if it has one. */
    static TlsFailedException inEngine(TlsFault fault, String message, @Nullable Throwable cause) {
        return new TlsFailedException(fault, SAID, message, cause);
    }

    /** We refuse before there is an engine, and with this alert. */
    static TlsFailedException refusal(TlsFault fault, int alert, String message) {
        return new TlsFailedException(fault, alert, message, null);
    }

    /** The client has sent a fatal alert (RFC 8446 section 6). */
    static TlsFailedException byAlert(int alert) {
        return inEngine(TlsFault.CLIENT_ALERT, "the client sent the alert " + Alerts.name(alert), null);
    }

    /** A client's certificate is not accepted. The engine has said its alert, or will. */
    static TlsFailedException of(ClientVerdict.Refused refused) {
        return inEngine(TlsFault.of(refused.fault()), refused.detail(), null);
    }

    /** An engine's own words: JSSE wraps, and the innermost message is the one that says what was wrong. */
    static TlsFailedException of(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof TlsFailedException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof TlsFailedException known) {
            return known;
        }
        String message = cause.getMessage();
        return inEngine(
                TlsFault.PROTOCOL_ERROR, message == null ? cause.getClass().getSimpleName() : message, failure);
    }

    public TlsFault fault() {
        return fault;
    }

    /** The record of the alert that is still to be sent, in plain; empty when an engine has done that. */
    ByteString record() {
        return alert == SAID
                ? ByteString.emptyByteString()
                : ByteString.fromArray(new byte[] {21, 3, 3, 0, 2, 2, (byte) alert});
    }
}
