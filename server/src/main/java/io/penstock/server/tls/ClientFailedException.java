package io.penstock.server.tls;

import java.io.IOException;

/** A client's connection has failed. The message is one sentence for the person who runs it, with the remedy. */
public final class ClientFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** For what has no better cause. */
    ClientFailedException(String message) {
        super(message);
    }

    ClientFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
