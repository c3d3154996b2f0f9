package io.penstock.server.tls;

/** The peer closed the transport without close_notify (RFC 8446 section 6.1): what came last may be missing. */
public final class TruncatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TruncatedException() {
        super("closed without close_notify", null, false, false);
    }
}
