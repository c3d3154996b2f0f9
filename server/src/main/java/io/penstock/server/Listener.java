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
import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.protocol.ListenerProtocol.GetConnections;
import io.penstock.protocol.ListenerProtocol.Send;
import io.penstock.protocol.ListenerProtocol.SendTo;
import io.penstock.protocol.ListenerProtocol.Signal;
import io.penstock.protocol.ListenerProtocol.Taken;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.QuarantineProtocol;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.State;
import io.penstock.protocol.SupervisorProtocol.Subscribe;
import io.penstock.protocol.SupervisorProtocol.Suspended;
import io.penstock.protocol.TlsSession;
import io.penstock.server.ServerSettings.WhenSuspended;
import io.penstock.server.tls.TransportSecurity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.io.Inet;
import org.apache.pekko.io.TcpSO;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.stream.javadsl.Tcp.IncomingConnection;
import org.apache.pekko.stream.javadsl.Tcp.ServerBinding;
import org.apache.pekko.stream.typed.javadsl.ActorSink;
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
    /** Permission to take the next socket. */
    private enum Next {
        SOCKET
    }

    private record AcceptingStarted(ActorRef<Next> next) implements Signal {}

    private record Accepted(ActorRef<Next> next, IncomingConnection socket) implements Signal {}

    private record AcceptingEnded(@Nullable Throwable cause) implements Signal {}

    /** What the supervisor says of the processors. */
    private record ProcessorsAre(State state) implements Signal {}

    private record Bound(ServerBinding binding) implements Signal {}

    private record BindFailed(Throwable cause) implements Signal {}

    private record Accounted(ConnectionEnd end, Summary summary) implements Signal {}

    /** A handshake has ended, so that the connection can be sent something, and its client is known. */
    private record Opened(ConnectionInfo info) implements Signal {}

    private record ConnectionStopped(long connection) implements Signal {}

    private record DrainTimedOut() implements Signal {}

    private record Unbound() implements Signal {}

    private record Child(ConnectionInfo info, ActorRef<ConnectionProtocol.Command> actor, boolean open) {
        boolean isOf(String identity) {
            TlsSession tls = info.tls();
            ClientIdentity client = tls == null ? null : tls.client();
            return client != null && client.isNamed(identity);
        }
    }

    /** One count for all ports, so that an id names one connection of the process. */
    private static final AtomicLong LAST_ID = new AtomicLong();

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ServerSettings settings;
    private final TransportSecurity security;
    private final ActorRef<SupervisorProtocol.Command> supervisor;
    private final Subscriber events;
    private final ListenerStatus status;
    private final Optional<ActorRef<QuarantineProtocol.Command>> quarantine;
    private final SharedLimits shared;
    private final Materializer materializer;
    private final Map<Long, Child> connections = new LinkedHashMap<>();
    private final List<ActorRef<Drained>> drainers = new ArrayList<>();
    private State processors = new SupervisorProtocol.Available();
    private @Nullable ServerBinding binding;
    private boolean unbound;
    private int cut;
    private long lostFrames;
    private long lostBytes;

    private Listener(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ServerSettings settings,
            TransportSecurity security,
            ActorRef<SupervisorProtocol.Command> supervisor,
            Subscriber events,
            ListenerStatus status,
            Optional<ActorRef<QuarantineProtocol.Command>> quarantine) {
        this.context = context;
        this.timers = timers;
        this.settings = settings;
        this.security = security;
        this.supervisor = supervisor;
        this.events = events;
        this.status = status;
        this.quarantine = quarantine;
        this.shared =
                new SharedLimits(MemoryBudget.get(context.getSystem()), new IdentityRates(settings.identityRate()));
        this.materializer = Materializer.matFromSystem(context.getSystem());
    }

    /**
     * A listener that binds once it knows whether the processors work.
     *
     * @param supervisor a {@link ProcessorSupervisor}
     * @param status told when the port accepts, and how it is from then on; if it cannot be bound, the listener stops
     * @param quarantine keeps frames that are set aside; empty: there is none
     */
    static Behavior<Command> create(
            ServerSettings settings,
            TransportSecurity security,
            ActorRef<SupervisorProtocol.Command> supervisor,
            Subscriber events,
            ListenerStatus status,
            Optional<ActorRef<QuarantineProtocol.Command>> quarantine) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new Listener(context, timers, settings, security, supervisor, events, status, quarantine)
                        .subscribing()));
    }

    private Behavior<Command> subscribing() {
        supervisor.tell(new Subscribe(context.messageAdapter(State.class, ProcessorsAre::new)));
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
                        List.<Inet.SocketOption>of(TcpSO.keepAlive(true), TcpSO.tcpNoDelay(true)),
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
        return ActorSink.actorRefWithBackpressure(
                context.getSelf(),
                Accepted::new,
                AcceptingStarted::new,
                Next.SOCKET,
                new AcceptingEnded(null),
                AcceptingEnded::new);
    }

    private Behavior<Command> onAcceptingStarted(AcceptingStarted started) {
        started.next().tell(Next.SOCKET);
        return Behaviors.same();
    }

    private Behavior<Command> onBound(ServerBinding newBinding) {
        binding = newBinding;
        status.become(state());
        status.bound().complete(newBinding.localAddress());
        return accepting();
    }

    private ServerState state() {
        return processors instanceof Suspended suspended
                ? new ServerState.Suspended(suspended.reason(), suspended.since())
                : new ServerState.Ready();
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
                .onMessage(Drain.class, this::onDrain)
                .onMessage(AcceptingEnded.class, this::onAcceptingEnded)
                .build();
    }

    private BehaviorBuilder<Command> always(BehaviorBuilder<Command> builder) {
        return serving(builder).onMessage(ConnectionStopped.class, this::onConnectionStopped);
    }

    /** What is answered for as long as there are connections. */
    private BehaviorBuilder<Command> serving(BehaviorBuilder<Command> builder) {
        return builder.onMessage(Accounted.class, this::onAccounted)
                .onMessage(Opened.class, this::onOpened)
                .onMessage(
                        Send.class,
                        send -> push(
                                child -> child.info.id() == send.connection(), payload(send.payload()), send.replyTo()))
                .onMessage(
                        SendTo.class,
                        send -> push(child -> child.isOf(send.identity()), payload(send.payload()), send.replyTo()))
                .onMessage(
                        Disconnect.class,
                        order -> push(
                                child -> child.info.id() == order.connection(),
                                new ProcessorProtocol.Disconnect(order.reason()),
                                order.replyTo()))
                .onMessage(GetConnections.class, this::onGetConnections)
                .onSignal(PostStop.class, signal -> {
                    status.become(new ServerState.Stopped());
                    return Behaviors.same();
                });
    }

    private Behavior<Command> onAccepted(Accepted accepted) {
        if (settings.whenSuspended() == WhenSuspended.REFUSE && processors instanceof Suspended suspended) {
            refuse(accepted.socket(), "the processor" + ofListener() + " is unavailable: " + suspended.reason());
        } else if (connections.size() >= settings.maxConnections()) {
            refuse(accepted.socket(), "max-connections " + settings.maxConnections() + ofListener() + " reached");
        } else {
            spawn(accepted.socket());
        }
        accepted.next().tell(Next.SOCKET);
        return Behaviors.same();
    }

    private void refuse(IncomingConnection socket, String reason) {
        events.on(new ConnectionEvent.Refused(socket.remoteAddress(), socket.localAddress(), reason));
        TcpWiring.reject(socket, materializer);
    }

    private String ofListener() {
        return settings.name().equals(ConnectionInfo.DEFAULT_LISTENER) ? "" : " of listener " + settings.name();
    }

    private void spawn(IncomingConnection socket) {
        long id = LAST_ID.incrementAndGet();
        ConnectionInfo info = new ConnectionInfo(
                id,
                settings.name(),
                socket.remoteAddress(),
                socket.localAddress(),
                settings.framing().protocol(),
                null);
        ActorRef<Command> self = context.getSelf();
        ActorRef<ConnectionProtocol.Command> actor = context.spawn(
                ConnectionActor.create(
                        info,
                        settings,
                        new TcpWiring(socket, security, settings, materializer),
                        supervisor,
                        tellingOpened(),
                        (end, summary) -> self.tell(new Accounted(end, summary)),
                        quarantine,
                        shared),
                "c" + id);
        connections.put(id, new Child(info, actor, false));
        context.watchWith(actor, new ConnectionStopped(id));
    }

    /** This actor first: who hears of a connection may send to it at once. */
    private Subscriber tellingOpened() {
        ActorRef<Command> self = context.getSelf();
        Subscriber opened = event -> {
            if (event instanceof ConnectionEvent.Handshaken handshaken) {
                self.tell(new Opened(handshaken.connection()));
            }
        };
        return opened.and(events);
    }

    private Behavior<Command> onOpened(Opened opened) {
        connections.computeIfPresent(opened.info().id(), (id, child) -> new Child(opened.info(), child.actor(), true));
        return Behaviors.same();
    }

    private static ProcessorProtocol.Send payload(ByteString payload) {
        return new ProcessorProtocol.Send(List.of(payload));
    }

    private Behavior<Command> push(
            Predicate<Child> wanted, ConnectionProtocol.Command message, ActorRef<Taken> replyTo) {
        List<Child> takers = connections.values().stream()
                .filter(child -> child.open() && wanted.test(child))
                .toList();
        takers.forEach(child -> child.actor().tell(message));
        replyTo.tell(new Taken(takers.size()));
        return Behaviors.same();
    }

    private Behavior<Command> onAccounted(Accounted accounted) {
        Summary summary = accounted.summary();
        lostFrames += summary.framesLost();
        lostBytes += summary.bytesLost();
        cut += accounted.end().kind() == Kind.CUT ? 1 : 0;
        return Behaviors.same();
    }

    private Behavior<Command> onConnectionStopped(ConnectionStopped stopped) {
        connections.remove(stopped.connection());
        return Behaviors.same();
    }

    private Behavior<Command> onGetConnections(GetConnections get) {
        get.replyTo()
                .tell(new Connections(
                        connections.values().stream().map(Child::info).toList()));
        return Behaviors.same();
    }

    private Behavior<Command> onAcceptingEnded(AcceptingEnded ended) {
        // Pekko's listener survives what accept throws; if it is gone all the same, only clients would notice.
        String cause = ended.cause() == null ? "" : ": " + ended.cause().getMessage();
        status.stopped()
                .completeExceptionally(new IllegalStateException("the port is not listened on any more" + cause));
        return Behaviors.stopped();
    }

    private Behavior<Command> onDrain(Drain drain) {
        status.become(new ServerState.Draining());
        drainers.add(drain.replyTo());
        cut = 0;
        lostFrames = 0;
        lostBytes = 0;
        ServerBinding bound = Objects.requireNonNull(binding, "bound");
        context.pipeToSelf(Stages.direct(bound.unbind()), (done, failure) -> new Unbound());
        connections.values().forEach(child -> child.actor().tell(new ConnectionProtocol.Drain()));
        timers.startSingleTimer(new DrainTimedOut(), drain.timeout());
        return draining();
    }

    private Behavior<Command> draining() {
        return serving(Behaviors.receive(Command.class))
                .onMessage(ProcessorsAre.class, now -> Behaviors.same())
                .onMessage(Accepted.class, this::onAcceptedWhileDraining)
                .onMessage(Unbound.class, done -> {
                    unbound = true;
                    return stoppedIfDrained();
                })
                .onMessage(ConnectionStopped.class, stopped -> {
                    connections.remove(stopped.connection());
                    return stoppedIfDrained();
                })
                .onMessage(DrainTimedOut.class, timedOut -> onDrainTimedOut())
                .onMessage(Drain.class, again -> {
                    drainers.add(again.replyTo());
                    return Behaviors.same();
                })
                .onMessage(AcceptingEnded.class, ended -> Behaviors.same())
                .build();
    }

    private Behavior<Command> onAcceptedWhileDraining(Accepted accepted) {
        refuse(accepted.socket(), "draining");
        // Those behind it would wait in the sink's buffer for an answer.
        accepted.next().tell(Next.SOCKET);
        return Behaviors.same();
    }

    private Behavior<Command> onDrainTimedOut() {
        connections
                .values()
                .forEach(child -> child.actor()
                        .tell(new ConnectionProtocol.Cut(new ConnectionEnd(Kind.CUT, "drain-timeout ran out"))));
        return Behaviors.same();
    }

    private Behavior<Command> stoppedIfDrained() {
        if (!unbound || !connections.isEmpty()) {
            return Behaviors.same();
        }
        Drained drained = new Drained(cut, lostFrames, lostBytes);
        drainers.forEach(replyTo -> replyTo.tell(drained));
        status.stopped().complete(Done.getInstance());
        return Behaviors.stopped();
    }
}
