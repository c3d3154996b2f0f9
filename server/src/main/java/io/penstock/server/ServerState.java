package io.penstock.server;

import java.time.Instant;

/** Whether a port takes frames and has them processed. */
public sealed interface ServerState {
    /** It does, as far as is known. */
    record Ready() implements ServerState {}

    /**
     * Frames wait, as the processor cannot work at present. It is tried again, and the port is ready once it works.
     *
     * @param reason one sentence, without payload
     * @param since when it began
     */
    record Suspended(String reason, Instant since) implements ServerState {}

    /**
     * New connections wait in the system's backlog, as {@link TlsServer#suspend} has asked; those that are there go on.
     *
     * @param since when it began
     */
    record Paused(Instant since) implements ServerState {}

    /** No more connections are taken on; those that are there finish. */
    record Draining() implements ServerState {}

    /** The port is not listened on. */
    record Stopped() implements ServerState {}
}
