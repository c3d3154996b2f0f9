package io.penstock.server;

import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.NotReady;
import io.penstock.protocol.SupervisorProtocol.Readiness;
import io.penstock.protocol.SupervisorProtocol.Stopped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The supervisor of processors, as those see it who bind ports.
 *
 * @param ours whether it was started here, and is to be stopped
 */
record RunningProcessors(ActorSystem<?> system, ActorRef<SupervisorProtocol.Command> supervisor, boolean ours) {
    /** Asks wait for events that have bounds of their own; this only keeps a broken system from waiting forever. */
    static final Duration FOREVER = Duration.ofDays(1);

    /** What a processor gets to stop beyond what is left of the drain timeout. One that hangs never does. */
    private static final Duration STOP = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(TlsServer.class);

    static RunningProcessors start(
            ActorSystem<?> system, Behavior<SupervisorProtocol.Command> supervisor, String name) {
        return new RunningProcessors(system, system.systemActorOf(supervisor, name, Props.empty()), true);
    }

    /** Completes when they are there; fails with the reason why there are none. */
    CompletionStage<RunningProcessors> ready() {
        return Stages.<SupervisorProtocol.Command, Readiness>ask(
                        supervisor, SupervisorProtocol.WhenReady::new, FOREVER, system)
                .thenCompose(readiness -> readiness instanceof NotReady notReady
                        ? CompletableFuture.failedStage(notReady.cause())
                        : CompletableFuture.completedStage(this));
    }

    /** After a failed start; completes when they have stopped. */
    CompletionStage<RunningProcessors> discard() {
        return ours ? stop(FOREVER).thenApply(stopped -> this) : CompletableFuture.completedStage(this);
    }

    /**
     * At the end of a drain; completes also when they hang.
     *
     * @param deadline of the drain, in {@link System#nanoTime}
     */
    CompletionStage<RunningProcessors> stopBy(long deadline) {
        if (!ours) {
            return CompletableFuture.completedStage(this);
        }
        Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        Duration patience = left.plus(STOP);
        return stop(patience).handle((stopped, hangs) -> {
            if (hangs != null) {
                LOG.warn("the processor has not stopped within {} ms and is left behind", patience.toMillis());
            }
            return this;
        });
    }

    private CompletionStage<Stopped> stop(Duration patience) {
        return Stages.ask(supervisor, SupervisorProtocol.Stop::new, patience, system);
    }
}
