package io.penstock.server.tls;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.server.pki.ClientVerdict;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * TLS failed: the handshake, a record, or by an alert of the peer. The message is one line: the fault's sentence, and
 * what was particular about this one.
 */
public final class TlsFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int SAID = -1;

    private final TlsFault fault;
    private final int alert;
    private final String detail;

    private TlsFailedException(TlsFault fault, int alert, String detail, @Nullable Throwable cause) {
        super(detail.isEmpty() ? fault.sentence() : fault.sentence() + ": " + detail, cause, true, false);
        this.fault = fault;
        this.alert = alert;
        this.detail = detail;
    }

    /**
     * An engine has failed, and has said its alert if it has one.
     *
     * @param detail what the fault's sentence does not say: what came and what was expected; may be empty
     */
    static TlsFailedException inEngine(TlsFault fault, String detail, @Nullable Throwable cause) {
        return new TlsFailedException(fault, SAID, detail, cause);
    }

    /** We refuse before there is an engine, and with this alert. */
    static TlsFailedException refusal(TlsFault fault, int alert, String detail) {
        return new TlsFailedException(fault, alert, detail, null);
    }

    /** The client has sent a fatal alert (RFC 8446 section 6). */
    static TlsFailedException byAlert(int alert) {
        return inEngine(Alerts.fault(alert), Alerts.name(alert), null);
    }

    /** A client's certificate is not accepted. The engine has said its alert, or will. */
    static TlsFailedException of(ClientVerdict.Refused refused) {
        return inEngine(TlsFault.of(refused.fault()), refused.detail(), null);
    }

    /** What an engine has thrown, or one of its tasks; {@link Diagnosis} says what it means. */
    static TlsFailedException of(Throwable failure) {
        return Diagnosis.of(failure);
    }

    /** The same failure by its right name; what has been said, or is to be said, to the client stays. */
    TlsFailedException as(TlsFault other, String detail) {
        return new TlsFailedException(other, alert, detail, this);
    }

    public TlsFault fault() {
        return fault;
    }

    /** What was particular about this one; may be empty. */
    String detail() {
        return detail;
    }

    /** The end of the connection that this brings. */
    public ConnectionEnd end() {
        return fault.end(String.valueOf(getMessage()));
    }

    /** The record of the alert that is still to be sent, in plain; empty when an engine has done that. */
    ByteString record() {
        return alert == SAID
                ? ByteString.emptyByteString()
                : ByteString.fromArray(new byte[] {21, 3, 3, 0, 2, 2, (byte) alert});
    }
}
