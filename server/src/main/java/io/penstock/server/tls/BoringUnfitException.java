package io.penstock.server.tls;

/** The native engine cannot do what is configured. The message says what, in plain words. */
final class BoringUnfitException extends Exception {
    private static final long serialVersionUID = 1L;

    BoringUnfitException(String reason) {
        super(reason, null, false, false);
    }

    BoringUnfitException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
