package io.penstock.processor;

import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import io.penstock.protocol.SupervisorProtocol.Command;
import io.penstock.protocol.SupervisorProtocol.NotReady;
import io.penstock.protocol.SupervisorProtocol.Readiness;
import io.penstock.protocol.SupervisorProtocol.Ready;
import io.penstock.protocol.SupervisorProtocol.Stop;
import io.penstock.protocol.SupervisorProtocol.Stopped;
import io.penstock.protocol.SupervisorProtocol.WhenReady;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Parent of the processor. Puts supervision on it, knows whether it could be created, and tells connections which
 * processor serves them. A processor that fails is restarted with back-off; its reference and mailbox outlive that.
 */
public final class ProcessorSupervisor extends AbstractBehavior<Command> {
    /** The dispatcher for user code that may block. */
    public static final String DISPATCHER = "penstock.processor-dispatcher";

    private record Created() implements SupervisorProtocol.Signal {}

    private record NotCreated(Throwable cause) implements SupervisorProtocol.Signal {}

    private record Suspended(String reason) implements SupervisorProtocol.Signal {}

    private record Resumed(long frames) implements SupervisorProtocol.Signal {}

    private record ProcessorStopped() implements SupervisorProtocol.Signal {}

    /** Hands on what a processor's circuit says. Called on the processor's thread. */
    private record Handing(ActorRef<Command> supervisor) implements Circuit.Onlooker {
        @Override
        public void suspended(String reason) {
            supervisor.tell(new Suspended(reason));
        }

        @Override
        public void resumed(long frames) {
            supervisor.tell(new Resumed(frames));
        }

        @Override
        public void notCreated(Throwable cause) {
            supervisor.tell(new NotCreated(cause));
        }
    }

    private final ActorRef<ProcessorProtocol.Command> processor;
    private final boolean ours;
    private final List<ActorRef<Readiness>> waiting = new ArrayList<>();
    private @Nullable Readiness readiness;
    private @Nullable ActorRef<Stopped> stopping;
    private long suspendedAt;

    private ProcessorSupervisor(
            ActorContext<Command> context, ActorRef<ProcessorProtocol.Command> processor, boolean ours) {
        super(context);
        this.processor = processor;
        this.ours = ours;
        if (ours) {
            context.watchWith(processor, new ProcessorStopped());
        } else {
            readiness = new Ready();
        }
    }

    /** Supervises processors that a factory makes, on the dispatcher {@link #DISPATCHER} where they may block. */
    public static Behavior<Command> create(ProcessorFactory factory, SupervisionSettings settings) {
        return Behaviors.setup(context -> {
            ActorRef<Command> self = context.getSelf();
            Behavior<ProcessorProtocol.Command> behavior = ProcessorActor.create(
                    factory,
                    settings,
                    new Survivors(),
                    new Circuit(2, new Handing(self)),
                    () -> self.tell(new Created()));
            Props threads = factory.blocks() ? DispatcherSelector.fromConfig(DISPATCHER) : Props.empty();
            return supervising(context, behavior, settings, threads);
        });
    }

    /**
     * Supervises a user's behavior, on the default dispatcher. A batch at which it throws has failed as a whole.
     *
     * <p>A restarted behavior is not told again of the connections that are open: {@link ProcessorProtocol.Deliver}
     * says where to answer.
     */
    public static Behavior<Command> create(Behavior<ProcessorProtocol.Command> behavior, SupervisionSettings settings) {
        return Behaviors.setup(context -> {
            AnswerThenCrash interceptor = new AnswerThenCrash(settings, new Circuit(2, new Handing(context.getSelf())));
            context.getSelf().tell(new Created());
            return supervising(context, Behaviors.intercept(() -> interceptor, behavior), settings, Props.empty());
        });
    }

    /** Hands connections to an actor that somebody else supervises. */
    public static Behavior<Command> create(ActorRef<ProcessorProtocol.Command> processor) {
        return Behaviors.setup(context -> new ProcessorSupervisor(context, processor, false));
    }

    private static Behavior<Command> supervising(
            ActorContext<Command> context,
            Behavior<ProcessorProtocol.Command> behavior,
            SupervisionSettings settings,
            Props props) {
        // The stash of the back-off holds what the connections' windows let through, so they are its bound. Who fails
        // says so, in better words than supervision would.
        SupervisorStrategy later = SupervisorStrategy.restartWithBackoff(
                        settings.minBackoff(), settings.maxBackoff(), 0.2)
                .withStashCapacity(Integer.MAX_VALUE)
                .withLoggingEnabled(false);
        SupervisorStrategy atOnce = SupervisorStrategy.restart()
                .withStashCapacity(Integer.MAX_VALUE)
                .withLoggingEnabled(false);
        // The back-off outside: its stash must not go down with a restart at once, which is therefore within it.
        ActorRef<ProcessorProtocol.Command> processor = context.spawn(
                Behaviors.supervise(
                                Behaviors.supervise(behavior).onFailure(ProcessorFailedException.AtOnce.class, atOnce))
                        .onFailure(ProcessorFailedException.Again.class, later),
                "processor",
                props);
        return new ProcessorSupervisor(context, processor, true);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Attach.class, this::onAttach)
                .onMessage(WhenReady.class, this::onWhenReady)
                .onMessage(Created.class, created -> ready(new Ready()))
                .onMessage(NotCreated.class, this::onNotCreated)
                .onMessage(Suspended.class, this::onSuspended)
                .onMessage(Resumed.class, this::onResumed)
                .onMessage(Stop.class, this::onStop)
                .onMessage(ProcessorStopped.class, stopped -> onProcessorStopped())
                .build();
    }

    private Behavior<Command> onAttach(Attach attach) {
        attach.replyTo().tell(new Attached(processor));
        return this;
    }

    private Behavior<Command> onWhenReady(WhenReady whenReady) {
        if (readiness == null) {
            waiting.add(whenReady.replyTo());
        } else {
            whenReady.replyTo().tell(readiness);
        }
        return this;
    }

    /** At the start whoever waits is told, and it is theirs to say. Later, frames wait for another attempt. */
    private Behavior<Command> onNotCreated(NotCreated notCreated) {
        return readiness instanceof Ready ? this : ready(new NotReady(notCreated.cause()));
    }

    private Behavior<Command> onSuspended(Suspended suspended) {
        suspendedAt = System.nanoTime();
        if (readiness instanceof Ready) {
            getContext().getLog().warn("the processor is suspended, frames wait: {}", suspended.reason());
        }
        return this;
    }

    private Behavior<Command> onResumed(Resumed resumed) {
        long millis = Duration.ofNanos(System.nanoTime() - suspendedAt).toMillis();
        getContext()
                .getLog()
                .info("the processor works again after {} ms, {} frames had waited", millis, resumed.frames());
        return this;
    }

    private Behavior<Command> ready(Readiness now) {
        readiness = now;
        waiting.forEach(replyTo -> replyTo.tell(now));
        waiting.clear();
        return this;
    }

    private Behavior<Command> onStop(Stop stop) {
        stopping = stop.replyTo();
        if (!ours) {
            return onProcessorStopped();
        }
        getContext().stop(processor);
        return this;
    }

    private Behavior<Command> onProcessorStopped() {
        if (stopping == null) {
            return this;
        }
        stopping.tell(new Stopped());
        return Behaviors.stopped();
    }
}
