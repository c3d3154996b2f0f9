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
import io.penstock.protocol.SupervisorProtocol.Subscribe;
import io.penstock.protocol.SupervisorProtocol.WhenReady;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
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
 * Parent of the processors. Puts supervision on them, knows whether they could be created and whether they work, and
 * tells connections which one serves them. One that fails is restarted with back-off; its reference and mailbox outlive
 * that.
 */
public final class ProcessorSupervisor extends AbstractBehavior<Command> {
    /** The dispatcher for user code that may block. */
    public static final String DISPATCHER = "penstock.processor-dispatcher";

    /** A wait is longer by this part at the most, by chance, so that processors of many servers do not try in step. */
    static final double JITTER = 0.2;

    private record Created(int member) implements SupervisorProtocol.Signal {}

    private record NotCreated(Throwable cause) implements SupervisorProtocol.Signal {}

    private record Suspended(int member, String reason) implements SupervisorProtocol.Signal {}

    private record Resumed(int member, long frames) implements SupervisorProtocol.Signal {}

    private record SubscriberStopped(ActorRef<SupervisorProtocol.State> subscriber)
            implements SupervisorProtocol.Signal {}

    private record ProcessorStopped() implements SupervisorProtocol.Signal {}

    /** Hands on what a processor's circuit says. Called on the processor's thread. */
    private record Handing(ActorRef<Command> supervisor, int member) implements Circuit.Onlooker {
        @Override
        public void suspended(String reason) {
            supervisor.tell(new Suspended(member, reason));
        }

        @Override
        public void resumed(long frames) {
            supervisor.tell(new Resumed(member, frames));
        }

        @Override
        public void notCreated(Throwable cause) {
            supervisor.tell(new NotCreated(cause));
        }
    }

    private final List<ActorRef<ProcessorProtocol.Command>> processors;
    /** Deals frames out to them; null where each connection has one of them. */
    private final @Nullable ActorRef<ProcessorProtocol.Command> front;

    private final Suspensions suspensions;
    private final List<ActorRef<Readiness>> waiting = new ArrayList<>();
    private final Set<Integer> created = new HashSet<>();
    private @Nullable Readiness readiness;
    private @Nullable ActorRef<Stopped> stopping;
    private int ours;
    private int next;

    private ProcessorSupervisor(
            ActorContext<Command> context,
            List<ActorRef<ProcessorProtocol.Command>> processors,
            @Nullable ActorRef<ProcessorProtocol.Command> front) {
        super(context);
        this.processors = processors;
        this.front = front;
        this.suspensions = new Suspensions(context.getLog());
    }

    /**
     * Supervises processors that a factory makes, as many as {@link SupervisionSettings#pool} says, on the dispatcher
     * {@link #DISPATCHER} where they may block; others, such as {@link Processors#async asynchronous} ones, on the default
     * dispatcher.
     */
    public static Behavior<Command> create(ProcessorFactory factory, SupervisionSettings settings) {
        if (factory instanceof AsyncFactory async) {
            return supervising(
                    settings,
                    settings.pool(),
                    Props.empty(),
                    (circuit, created) -> AsyncProcessorActor.create(async.factory(), settings, circuit, created));
        }
        return supervising(
                settings,
                settings.pool(),
                factory.blocks() ? DispatcherSelector.fromConfig(DISPATCHER) : Props.empty(),
                (circuit, created) -> ProcessorActor.create(factory, settings, new Survivors(), circuit, created));
    }

    /**
     * Supervises a user's behavior, on the default dispatcher; one, whatever the pool's size. A batch at which it throws
     * has failed as a whole.
     *
     * <p>A restarted behavior is not told again of the connections that are open: {@link ProcessorProtocol.Deliver}
     * says where to answer.
     */
    public static Behavior<Command> create(Behavior<ProcessorProtocol.Command> behavior, SupervisionSettings settings) {
        return supervising(settings, PoolSettings.ONE, Props.empty(), (circuit, created) -> {
            AnswerThenCrash interceptor = new AnswerThenCrash(settings, circuit);
            created.run();
            return Behaviors.intercept(() -> interceptor, behavior);
        });
    }

    /** Hands connections to an actor that somebody else supervises. */
    public static Behavior<Command> create(ActorRef<ProcessorProtocol.Command> processor) {
        return Behaviors.setup(context -> {
            ProcessorSupervisor supervisor = new ProcessorSupervisor(context, List.of(processor), null);
            supervisor.readiness = new Ready();
            return supervisor;
        });
    }

    private static Behavior<Command> supervising(
            SupervisionSettings settings,
            PoolSettings pool,
            Props props,
            BiFunction<Circuit, Runnable, Behavior<ProcessorProtocol.Command>> member) {
        return Behaviors.setup(context -> {
            ActorRef<Command> self = context.getSelf();
            List<ActorRef<ProcessorProtocol.Command>> processors = new ArrayList<>();
            for (int i = 0; i < pool.size(); i++) {
                int number = i;
                Circuit circuit = new Circuit(settings.circuitFailures(), new Handing(self, number));
                Behavior<ProcessorProtocol.Command> behavior =
                        member.apply(circuit, () -> self.tell(new Created(number)));
                String name = pool.size() == 1 ? "processor" : "processor-" + (number + 1);
                processors.add(context.spawn(supervised(behavior, settings), name, props));
            }
            ActorRef<ProcessorProtocol.Command> front = pool.size() == 1 || pool.by() == PoolSettings.By.CONNECTION
                    ? null
                    : context.spawn(PoolRouter.create(processors, pool), "router");
            ProcessorSupervisor supervisor = new ProcessorSupervisor(context, List.copyOf(processors), front);
            supervisor.ours = processors.size();
            processors.forEach(processor -> context.watchWith(processor, new ProcessorStopped()));
            return supervisor;
        });
    }

    private static Behavior<ProcessorProtocol.Command> supervised(
            Behavior<ProcessorProtocol.Command> behavior, SupervisionSettings settings) {
        // The stash of the back-off holds what the connections' windows let through, so they are its bound. Who fails
        // says so, in better words than supervision would.
        SupervisorStrategy later = SupervisorStrategy.restartWithBackoff(
                        settings.minBackoff(), settings.maxBackoff(), JITTER)
                .withStashCapacity(Integer.MAX_VALUE)
                .withLoggingEnabled(false);
        SupervisorStrategy atOnce = SupervisorStrategy.restart()
                .withStashCapacity(Integer.MAX_VALUE)
                .withLoggingEnabled(false);
        // The back-off outside: its stash must not go down with a restart at once, which is therefore within it.
        return Behaviors.supervise(
                        Behaviors.supervise(behavior).onFailure(ProcessorFailedException.AtOnce.class, atOnce))
                .onFailure(ProcessorFailedException.Again.class, later);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Attach.class, this::onAttach)
                .onMessage(WhenReady.class, this::onWhenReady)
                .onMessage(Subscribe.class, this::onSubscribe)
                .onMessage(SubscriberStopped.class, this::onSubscriberStopped)
                .onMessage(Created.class, this::onCreated)
                .onMessage(NotCreated.class, this::onNotCreated)
                .onMessage(Suspended.class, this::onSuspended)
                .onMessage(Resumed.class, this::onResumed)
                .onMessage(Stop.class, this::onStop)
                .onMessage(ProcessorStopped.class, stopped -> onProcessorStopped())
                .build();
    }

    private Behavior<Command> onAttach(Attach attach) {
        ActorRef<ProcessorProtocol.Command> serving = front;
        if (serving == null) {
            serving = processors.get(next);
            next = (next + 1) % processors.size();
        }
        attach.replyTo().tell(new Attached(serving));
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

    private Behavior<Command> onSubscribe(Subscribe subscribe) {
        getContext().watchWith(subscribe.subscriber(), new SubscriberStopped(subscribe.subscriber()));
        suspensions.subscribe(subscribe.subscriber());
        return this;
    }

    private Behavior<Command> onSubscriberStopped(SubscriberStopped stopped) {
        suspensions.unsubscribe(stopped.subscriber());
        return this;
    }

    private Behavior<Command> onCreated(Created now) {
        created.add(now.member());
        return created.size() == processors.size() ? ready(new Ready()) : this;
    }

    /** At the start whoever waits is told. Later, frames wait for another attempt. */
    private Behavior<Command> onNotCreated(NotCreated notCreated) {
        return readiness instanceof Ready ? this : ready(new NotReady(notCreated.cause()));
    }

    private Behavior<Command> ready(Readiness now) {
        readiness = now;
        waiting.forEach(replyTo -> replyTo.tell(now));
        waiting.clear();
        return this;
    }

    private Behavior<Command> onSuspended(Suspended suspended) {
        // What is wrong at the start is theirs to say who started it.
        suspensions.begin(suspended.member(), suspended.reason(), readiness instanceof Ready);
        return this;
    }

    private Behavior<Command> onResumed(Resumed resumed) {
        suspensions.end(resumed.member(), resumed.frames());
        return this;
    }

    private Behavior<Command> onStop(Stop stop) {
        stopping = stop.replyTo();
        if (ours == 0) {
            return stopped(stop.replyTo());
        }
        processors.forEach(getContext()::stop);
        return this;
    }

    private Behavior<Command> onProcessorStopped() {
        ours--;
        return stopping == null || ours > 0 ? this : stopped(stopping);
    }

    private static Behavior<Command> stopped(ActorRef<Stopped> replyTo) {
        replyTo.tell(new Stopped());
        return Behaviors.stopped();
    }
}
