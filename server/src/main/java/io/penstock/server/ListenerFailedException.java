package io.penstock.server;

/** A listener cannot have its port; the cause says why. */
public final class ListenerFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ListenerSettings listener;

    /** A listener, and why. */
    public ListenerFailedException(ListenerSettings listener, Throwable cause) {
        super("listener " + listener.server().name() + ": " + cause.getMessage(), cause, false, false);
        this.listener = listener;
    }

    /** Which one. */
    public ListenerSettings listener() {
        return listener;
    }
}
