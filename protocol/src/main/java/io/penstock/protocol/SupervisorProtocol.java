package io.penstock.protocol;

import org.apache.pekko.actor.typed.ActorRef;

/** What the supervisor of the processors understands. */
public interface SupervisorProtocol {
    /** Anything a supervisor understands. */
    sealed interface Command permits Attach, WhenReady, Stop, Signal {}

    /**
     * Which processor serves a connection? It keeps to it, so that order is kept.
     *
     * @param connection the id of {@link ConnectionInfo}
     * @param replyTo receives the processor; its reference outlives restarts
     */
    record Attach(long connection, ActorRef<Attached> replyTo) implements Command {}

    /**
     * Tell when every processor has been created, or could not be.
     *
     * @param replyTo receives one {@link Readiness}
     */
    record WhenReady(ActorRef<Readiness> replyTo) implements Command {}

    /**
     * Close the processors and stop.
     *
     * @param replyTo told when they are closed
     */
    record Stop(ActorRef<Stopped> replyTo) implements Command {}

    /** From the supervisor's children; sent by the processor module alone. */
    non-sealed interface Signal extends Command {}

    /** The answer to {@link Attach}. */
    record Attached(ActorRef<ProcessorProtocol.Command> processor) {}

    /** The answer to {@link WhenReady}. */
    sealed interface Readiness permits Ready, NotReady {}

    /** Processors are there. */
    record Ready() implements Readiness {}

    /** The processor could not be created. */
    record NotReady(Throwable cause) implements Readiness {}

    /** The answer to {@link Stop}. */
    record Stopped() {}
}
