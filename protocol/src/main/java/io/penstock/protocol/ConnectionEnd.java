package io.penstock.protocol;

/**
 * How a connection ended.
 *
 * @param kind one of a closed set, for counting and for code
 * @param detail one sentence without payload: the reason, the offending value; may be empty
 */
public record ConnectionEnd(Kind kind, String detail) {
    /** The ways to end. */
    public enum Kind {
        /** The peer ended the stream in order: close_notify (RFC 8446 section 6.1), or FIN on a plaintext port. */
        END_OF_STREAM("end of stream"),
        /** FIN without close_notify: what came last may be missing. */
        TRUNCATED("truncated"),
        /** The peer reset the connection, or the transport failed. */
        RESET("reset"),
        /** TLS failed: the handshake, a record, an alert of the peer. */
        TLS_FAILED("TLS failed"),
        /** A frame was malformed or too long, and the policy is to close. */
        BAD_FRAME("bad frame"),
        /** The processor could not process a frame, and the policy is to close; or it is gone. */
        PROCESSOR_FAILED("processor failed"),
        /** The processor asked for the end. */
        CLOSED_BY_PROCESSOR("closed by processor"),
        /** A configured time ran out. */
        TIMED_OUT("timed out"),
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

    /** An end that needs no further words. */
    public static ConnectionEnd of(Kind kind) {
        return new ConnectionEnd(kind, "");
    }

    @Override
    public String toString() {
        return detail.isEmpty() ? kind.words() : kind.words() + ": " + detail;
    }
}
