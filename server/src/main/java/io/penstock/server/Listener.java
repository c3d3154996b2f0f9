package io.penstock.server;

import io.penstock.processor.ProcessorSupervisor;
import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ConnectionEvent.Summary;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ConnectionProtocol;
import io.penstock.protocol.ListenerProtocol.Command;
import io.penstock.protocol.ListenerProtocol.Connections;
import io.penstock.protocol.ListenerProtocol.Disconnect;
import io.penstock.protocol.ListenerProtocol.Drain;
import io.penstock.protocol.ListenerProtocol.GetConnections;
import io.penstock.protocol.ListenerProtocol.Resume;
import io.penstock.protocol.ListenerProtocol.Send;
import io.penstock.protocol.ListenerProtocol.SendTo;
import io.penstock.protocol.ListenerProtocol.Signal;
import io.penstock.protocol.ListenerProtocol.Suspend;
import io.penstock.protocol.ListenerProtocol.Taken;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProxyHeader;
import io.penstock.protocol.QuarantineProtocol;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.State;
import io.penstock.protocol.SupervisorProtocol.Subscribe;
import io.penstock.protocol.SupervisorProtocol.Suspended;
import io.penstock.protocol.TlsSession;
import io.penstock.server.Entrance.Accepted;
import io.penstock.server.Intake.Next;
import io.penstock.server.ServerSettings.WhenSuspended;
import io.penstock.server.tls.TransportSecurity;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.stream.javadsl.Tcp.IncomingConnection;
import org.apache.pekko.stream.javadsl.Tcp.ServerBinding;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One port: binds it, gives every accepted socket a ConnectionActor or turns it away, and drains.
 *
 * <pre>
 *   subscribing ──the supervisor's first word──▶ binding ──Bound──▶ accepting ──Drain──▶ draining ──the last connection has ended──▶ stopped
 * </pre>
 *
 * Sockets are taken one at a time, on this actor's demand, so that no flood of them can gather in its mailbox. While the
 * processors cannot work, they are held like the connections that are there, or turned away, as configured.
 */
final class Listener {
    private record AcceptingStarted(ActorRef<Next> next) implements Signal {}

    private record AcceptingEnded(@Nullable Throwable cause) implements Signal {}

    /** What the supervisor says of the processors. */
    private record ProcessorsAre(State state) implements Signal {}

    private record Bound(ServerBinding binding) implements Signal {}

    private record BindFailed(Throwable cause) implements Signal {}

    /** A connection has said whose it is, or that nobody says so. */
    private record Announced(long connection, Optional<ProxyHeader> header, Consumer<Optional<ConnectionEnd>> objection)
            implements Signal {}

    private record Accounted(ConnectionEnd end, Summary summary) implements Signal {}

    /** A handshake has ended, so that the connection can be sent something, and its client is known. */
    private record Opened(ConnectionInfo info) implements Signal {}

    private record ConnectionStopped(long connection) implements Signal {}

    private record PreStopDelayOver(Duration timeout) implements Signal {}

    private record PaceDue() implements Signal {}

    private record DrainTimedOut() implements Signal {}

    private record Unbound() implements Signal {}

    /** One count for all ports, so that an id names one connection of the process. */
    private static final AtomicLong LAST_ID = new AtomicLong();

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ServerSettings settings;
    private final TransportSecurity security;
    private final ListenerStatus status;
    private final ConnectionContext shared;
    private final Materializer materializer;
    private final Children connections = new Children();
    private final Entrance entrance;
    private final Drainage drainage = new Drainage();
    private State processors = new SupervisorProtocol.Available();
    private @Nullable ServerBinding binding;
    private boolean unbound;

    private Listener(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ServerSettings settings,
            TransportSecurity security,
            Supplier<AddressLists> lists,
            ActorRef<SupervisorProtocol.Command> supervisor,
            Subscriber events,
            ListenerStatus status,
            Optional<ActorRef<QuarantineProtocol.Command>> quarantine) {
        this.context = context;
        this.timers = timers;
        this.settings = settings;
        this.security = security;
        this.status = status;
        shared = new ConnectionContext(
                settings,
                supervisor,
                tellingThis(events),
                quarantine,
                MemoryBudget.get(context.getSystem()),
                new IdentityRates(settings.identityRate()));
        this.materializer = Materializer.matFromSystem(context.getSystem());
        entrance = new Entrance(settings, lists, timers, events, materializer);
    }

    /**
     * A listener that binds once it knows whether the processors work.
     *
     * @param lists who may connect, as the files say at the moment
     * @param supervisor a {@link ProcessorSupervisor}
     * @param status told when the port accepts, and how it is from then on; if it cannot be bound, the listener stops
     * @param quarantine keeps frames that are set aside; empty: there is none
     */
    static Behavior<Command> create(
            ServerSettings settings,
            TransportSecurity security,
            Supplier<AddressLists> lists,
            ActorRef<SupervisorProtocol.Command> supervisor,
            Subscriber events,
            ListenerStatus status,
            Optional<ActorRef<QuarantineProtocol.Command>> quarantine) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new Listener(
                        context, timers, settings, security, lists, supervisor, events, status, quarantine)
                .subscribing()));
    }

    private Behavior<Command> subscribing() {
        shared.supervisor().tell(new Subscribe(context.messageAdapter(State.class, ProcessorsAre::new)));
        return Behaviors.receive(Command.class)
                .onMessage(ProcessorsAre.class, first -> {
                    processors = first.state();
                    return binding();
                })
                .build();
    }

    private Behavior<Command> binding() {
        Source<IncomingConnection, CompletionStage<ServerBinding>> sockets = Tcp.get(context.getSystem())
                .bind(
                        settings.host(),
                        settings.port(),
                        settings.backlog(),
                        KeepAlive.options(settings.times().deadPeer()),
                        true,
                        Optional.empty());
        context.pipeToSelf(
                Stages.direct(sockets.toMat(toSelf(), Keep.left()).run(materializer)),
                (done, failure) -> failure == null ? new Bound(done) : new BindFailed(failure));
        return Behaviors.receive(Command.class)
                .onMessage(AcceptingStarted.class, this::onAcceptingStarted)
                .onMessage(ProcessorsAre.class, now -> {
                    processors = now.state();
                    return Behaviors.same();
                })
                .onMessage(Bound.class, now -> onBound(now.binding()))
                .onMessage(BindFailed.class, failed -> {
                    status.bound().completeExceptionally(failed.cause());
                    return Behaviors.stopped();
                })
                .onMessage(AcceptingEnded.class, ended -> Behaviors.same())
                .build();
    }

    private Sink<IncomingConnection, NotUsed> toSelf() {
        return Sink.fromGraph(new SocketSink(context.getSelf(), AcceptingStarted::new, AcceptingEnded::new));
    }

    private Behavior<Command> onAcceptingStarted(AcceptingStarted started) {
        entrance.ready(started.next());
        return Behaviors.same();
    }

    private Behavior<Command> onBound(ServerBinding newBinding) {
        binding = newBinding;
        entrance.bound(newBinding.localAddress());
        status.become(state());
        status.bound().complete(newBinding.localAddress());
        return accepting();
    }

    private ServerState state() {
        if (drainage.isAsked()) {
            return new ServerState.Draining();
        }
        return entrance.pausedSince()
                .<ServerState>map(ServerState.Paused::new)
                .orElseGet(() -> processors instanceof Suspended suspended
                        ? new ServerState.Suspended(suspended.reason(), suspended.since())
                        : new ServerState.Ready());
    }

    private Behavior<Command> accepting() {
        return always(Behaviors.receive(Command.class))
                .onMessage(ProcessorsAre.class, now -> {
                    processors = now.state();
                    status.become(state());
                    return Behaviors.same();
                })
                .onMessage(AcceptingStarted.class, this::onAcceptingStarted)
                .onMessage(Accepted.class, this::onAccepted)
                .onMessage(Intake.RoomDue.class, due -> {
                    entrance.roomDue();
                    return Behaviors.same();
                })
                .onMessage(Intake.CalmDue.class, due -> {
                    entrance.calmDue();
                    return Behaviors.same();
                })
                .onMessage(Suspend.class, this::onSuspend)
                .onMessage(Resume.class, this::onResume)
                .onMessage(Drain.class, this::onDrain)
                .onMessage(PreStopDelayOver.class, over -> drain(over.timeout()))
                .onMessage(AcceptingEnded.class, this::onAcceptingEnded)
                .build();
    }

    private BehaviorBuilder<Command> always(BehaviorBuilder<Command> builder) {
        return serving(builder).onMessage(ConnectionStopped.class, this::onConnectionStopped);
    }

    /** What is answered for as long as there are connections. */
    private BehaviorBuilder<Command> serving(BehaviorBuilder<Command> builder) {
        return builder.onMessage(Accounted.class, this::onAccounted)
                .onMessage(Announced.class, this::onAnnounced)
                .onMessage(Opened.class, this::onOpened)
                .onMessage(
                        Send.class,
                        send -> push(isConnection(send.connection()), payload(send.payload()), send.replyTo()))
                .onMessage(
                        SendTo.class,
                        send -> push(
                                connection -> isOf(connection, send.identity()),
                                payload(send.payload()),
                                send.replyTo()))
                .onMessage(
                        Disconnect.class,
                        order -> push(
                                isConnection(order.connection()),
                                new ProcessorProtocol.Disconnect(order.reason()),
                                order.replyTo()))
                .onMessage(GetConnections.class, this::onGetConnections)
                .onSignal(PostStop.class, signal -> {
                    status.become(new ServerState.Stopped());
                    return Behaviors.same();
                });
    }

    private Behavior<Command> onAccepted(Accepted accepted) {
        if (entrance.admits(accepted, outage())) {
            spawn(accepted);
        }
        return Behaviors.same();
    }

    private Optional<String> outage() {
        return settings.whenSuspended() == WhenSuspended.REFUSE && processors instanceof Suspended suspended
                ? Optional.of(suspended.reason())
                : Optional.empty();
    }

    private Behavior<Command> onSuspend(Suspend order) {
        entrance.suspend();
        status.become(state());
        order.replyTo().tell(Done.getInstance());
        return Behaviors.same();
    }

    private Behavior<Command> onResume(Resume order) {
        Optional<Accepted> first = entrance.resume();
        status.become(state());
        order.replyTo().tell(Done.getInstance());
        return first.map(this::onAccepted).orElse(Behaviors.same());
    }

    private void spawn(Accepted accepted) {
        IncomingConnection socket = accepted.socket();
        long id = LAST_ID.incrementAndGet();
        ConnectionInfo info = new ConnectionInfo(
                id,
                settings.name(),
                socket.remoteAddress(),
                socket.localAddress(),
                settings.framing().protocol(),
                null);
        if (settings.tls().isPresent() || settings.proxy().isOn()) {
            settings.admission().handshakes().ifPresent(connections::makeRoom);
        }
        ActorRef<Command> self = context.getSelf();
        ProxyGate.Judge judge = (header, objection) -> self.tell(new Announced(id, header, objection));
        GatedWiring wiring =
                entrance.admitted(id, accepted, new TcpWiring(socket, security, settings, judge, materializer));
        ActorRef<ConnectionProtocol.Command> actor =
                context.spawn(ConnectionActor.create(info, wiring, shared), "c" + id);
        connections.add(info, actor, wiring);
        context.watchWith(actor, new ConnectionStopped(id));
    }

    /** This actor first: who hears of a connection may send to it at once. */
    private Subscriber tellingThis(Subscriber others) {
        ActorRef<Command> self = context.getSelf();
        Subscriber own = event -> {
            if (event instanceof ConnectionEvent.Handshaken handshaken) {
                self.tell(new Opened(handshaken.connection()));
            } else if (event instanceof ConnectionEvent.Closed closed) {
                self.tell(new Accounted(closed.end(), closed.summary()));
            }
        };
        return own.and(others);
    }

    private Behavior<Command> onOpened(Opened opened) {
        connections.opened(opened.info());
        return Behaviors.same();
    }

    private Behavior<Command> onAnnounced(Announced announced) {
        connections.info(announced.connection()).ifPresent(info -> {
            connections.announced(announced.header().map(info::announced).orElse(info));
            Optional<ConnectionEnd> objection = entrance.announced(info, announced.header());
            if (objection.isEmpty() && settings.tls().isEmpty()) {
                connections.handshaken(info.id());
            }
            announced.objection().accept(objection);
        });
        return Behaviors.same();
    }

    private static ProcessorProtocol.Send payload(ByteString payload) {
        return new ProcessorProtocol.Send(List.of(payload));
    }

    private static Predicate<ConnectionInfo> isConnection(long id) {
        return connection -> connection.id() == id;
    }

    private static boolean isOf(ConnectionInfo connection, String identity) {
        TlsSession tls = connection.tls();
        ClientIdentity client = tls == null ? null : tls.client();
        return client != null && client.isNamed(identity);
    }

    private Behavior<Command> push(
            Predicate<ConnectionInfo> wanted, ConnectionProtocol.Command message, ActorRef<Taken> replyTo) {
        replyTo.tell(new Taken(connections.push(wanted, message)));
        return Behaviors.same();
    }

    private Behavior<Command> onAccounted(Accounted accounted) {
        drainage.account(accounted.end(), accounted.summary());
        return Behaviors.same();
    }

    private Behavior<Command> onConnectionStopped(ConnectionStopped stopped) {
        connections.gone(stopped.connection());
        entrance.gone(stopped.connection());
        return Behaviors.same();
    }

    private Behavior<Command> onGetConnections(GetConnections get) {
        get.replyTo().tell(new Connections(connections.infos()));
        return Behaviors.same();
    }

    private Behavior<Command> onAcceptingEnded(AcceptingEnded ended) {
        if (drainage.isAsked()) {
            // It stops in any case, and those who wait for that are to hear of it.
            return drain(settings.drain().timeout());
        }
        // Pekko's listener survives what accept throws; if it is gone all the same, only clients would notice.
        String cause = ended.cause() == null ? "" : ": " + ended.cause().getMessage();
        status.stopped()
                .completeExceptionally(new IllegalStateException("the port is not listened on any more" + cause));
        return Behaviors.stopped();
    }

    private Behavior<Command> onDrain(Drain drain) {
        if (!drainage.ask(drain.replyTo())) {
            return Behaviors.same();
        }
        status.become(state());
        if (drain.delay().isZero()) {
            return drain(drain.timeout());
        }
        timers.startSingleTimer(new PreStopDelayOver(drain.timeout()), drain.delay());
        return Behaviors.same();
    }

    private Behavior<Command> drain(Duration timeout) {
        ServerBinding bound = Objects.requireNonNull(binding, "bound");
        context.pipeToSelf(Stages.direct(bound.unbind()), (done, failure) -> new Unbound());
        entrance.resume().ifPresent(this::onAcceptedWhileDraining);
        timers.startSingleTimer(new DrainTimedOut(), timeout);
        drainage.begin(new DrainPace(connections.ids(), settings.drain().rate(), timeout, System.nanoTime()));
        onPaceDue();
        return draining();
    }

    private Behavior<Command> onPaceDue() {
        drainage.proceed(connections).ifPresent(wait -> timers.startSingleTimer(new PaceDue(), wait));
        return Behaviors.same();
    }

    private Behavior<Command> draining() {
        return serving(Behaviors.receive(Command.class))
                .onMessage(ProcessorsAre.class, now -> Behaviors.same())
                .onMessage(Intake.RoomDue.class, due -> Behaviors.same())
                .onMessage(Intake.CalmDue.class, due -> Behaviors.same())
                .onMessage(Suspend.class, order -> nothingToDo(order.replyTo()))
                .onMessage(Resume.class, order -> nothingToDo(order.replyTo()))
                .onMessage(Accepted.class, this::onAcceptedWhileDraining)
                .onMessage(Unbound.class, done -> {
                    unbound = true;
                    return stoppedIfDrained();
                })
                .onMessage(ConnectionStopped.class, stopped -> {
                    onConnectionStopped(stopped);
                    return stoppedIfDrained();
                })
                .onMessage(PaceDue.class, due -> onPaceDue())
                .onMessage(DrainTimedOut.class, timedOut -> onDrainTimedOut())
                .onMessage(Drain.class, again -> {
                    drainage.ask(again.replyTo());
                    return Behaviors.same();
                })
                .onMessage(PreStopDelayOver.class, over -> Behaviors.same())
                .onMessage(AcceptingEnded.class, ended -> Behaviors.same())
                .build();
    }

    private Behavior<Command> onAcceptedWhileDraining(Accepted accepted) {
        // Those behind it in the backlog are not to wait for the unbind.
        entrance.turnAway(accepted, "drain", "the server stops");
        return Behaviors.same();
    }

    private static Behavior<Command> nothingToDo(ActorRef<Done> replyTo) {
        replyTo.tell(Done.getInstance());
        return Behaviors.same();
    }

    private Behavior<Command> onDrainTimedOut() {
        connections.tellAll(new ConnectionProtocol.Cut(new ConnectionEnd(Kind.CUT, "drain-timeout ran out")));
        return Behaviors.same();
    }

    private Behavior<Command> stoppedIfDrained() {
        if (!unbound || !connections.isEmpty()) {
            return Behaviors.same();
        }
        drainage.over();
        status.stopped().complete(Done.getInstance());
        return Behaviors.stopped();
    }
}
