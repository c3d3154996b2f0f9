package io.penstock.server.tls;

import io.penstock.protocol.ConnectionEnd;

/** The peer closed the transport without close_notify (RFC 8446 section 6.1): what came last may be missing. */
public final class TruncatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TruncatedException() {
        super(TlsFault.TRUNCATED.sentence(), null, false, false);
    }

    /** The end of the connection that this brings. */
    public ConnectionEnd end() {
        return TlsFault.TRUNCATED.end(TlsFault.TRUNCATED.sentence());
    }
}
