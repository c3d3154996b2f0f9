package io.penstock.protocol;

/**
 * How a connection ended.
 *
 * @param kind one of a closed set, for counting and for code
 * @param code what exactly, where that has a code: one of {@code TLS-…} or {@code PROXY-…}, stable over versions, or the
 *     key of a limit or of a time that has run out, such as {@code idle-timeout}; else empty
 * @param detail the reason, the offending value, the remedy; one line without payload; may be empty
 */
public record ConnectionEnd(Kind kind, String code, String detail) {
    /** The ways to end. */
    public enum Kind {
        /** The peer ended the stream in order: close_notify (RFC 8446 section 6.1), or FIN on a plaintext port. */
        END_OF_STREAM("end of stream"),
        /** FIN without close_notify: what came last may be missing. */
        TRUNCATED("truncated"),
        /** The peer reset the connection, or the transport failed. */
        RESET("reset"),
        /** The peer sent a fatal alert. */
        ALERT_RECEIVED("alert received"),
        /** TLS failed, and we sent an alert: in the handshake, or at a record. */
        TLS_FAILED("TLS failed"),
        /** A frame was malformed or too long, and the policy is to close. */
        BAD_FRAME("bad frame"),
        /** The processor could not process a frame, and the policy is to close; or it is gone. */
        PROCESSOR_FAILED("processor failed"),
        /** The processor asked for the end. */
        CLOSED_BY_PROCESSOR("closed by processor"),
        /** A configured time ran out. */
        TIMED_OUT("timed out"),
        /** By a limit, whose key is the code; or by its PROXY header, or for want of one: {@code PROXY-…}. */
        REFUSED("refused"),
        /** The server stopped, and everything received had been processed. */
        DRAINED("drained"),
        /** The server stopped, and the drain timeout ran out first. */
        CUT("cut"),
        /** A fault of our own. */
        INTERNAL_ERROR("internal error");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** The words of the log. */
        public String words() {
            return words;
        }
    }

    /** An end that has no code. */
    public ConnectionEnd(Kind kind, String detail) {
        this(kind, "", detail);
    }

    /** An end that needs no further words. */
    public static ConnectionEnd of(Kind kind) {
        return new ConnectionEnd(kind, "");
    }

    /** The line of the log: {@code TLS failed: TLS-HTTP-REQUEST: the client sent …}. */
    @Override
    public String toString() {
        StringBuilder words = new StringBuilder(kind.words());
        if (!code.isEmpty()) {
            words.append(": ").append(code);
        }
        return detail.isEmpty()
                ? words.toString()
                : words.append(": ").append(detail).toString();
    }
}
