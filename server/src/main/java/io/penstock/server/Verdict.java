package io.penstock.server;

/** What becomes of a client that wants to connect. */
sealed interface Verdict {
    Verdict ADMIT = new Admit();

    /** It is taken on. */
    record Admit() implements Verdict {}

    /**
     * It is reset.
     *
     * @param limit the key of what objects
     * @param reason with the value of the limit, for the log
     */
    record Refuse(String limit, String reason) implements Verdict {}

    /** The same, but it is closed in order, with a FIN. */
    record Close(String limit, String reason) implements Verdict {}

    /**
     * It stays in the system's backlog.
     *
     * @param nanos when to ask again; 0: once something has changed
     */
    record Wait(String limit, String reason, long nanos) implements Verdict {}
}
