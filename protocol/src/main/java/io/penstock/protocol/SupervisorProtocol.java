package io.penstock.protocol;

import java.time.Instant;
import org.apache.pekko.actor.typed.ActorRef;

/** What the supervisor of the processors understands. */
public interface SupervisorProtocol {
    /** Anything a supervisor understands. */
    sealed interface Command permits Attach, WhenReady, Subscribe, Stop, Signal {}

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
     * Tell whether frames are processed: now, and whenever that changes.
     *
     * @param subscriber receives each {@link State}, until it stops
     */
    record Subscribe(ActorRef<State> subscriber) implements Command {}

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

    /** Whether frames are processed. Told in answer to {@link Subscribe}. */
    sealed interface State permits Available, Suspended {}

    /** They are, as far as is known. */
    record Available() implements State {}

    /**
     * They wait, and connections with them: one processor at the least cannot work, or has done nothing but fail. It is
     * tried again after a back-off.
     *
     * @param reason one sentence, without payload
     * @param since when it began
     */
    record Suspended(String reason, Instant since) implements State {}

    /** The answer to {@link Stop}. */
    record Stopped() {}
}
