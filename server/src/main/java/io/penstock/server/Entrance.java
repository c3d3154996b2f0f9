package io.penstock.server;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ListenerProtocol.Command;
import io.penstock.protocol.ListenerProtocol.Signal;
import io.penstock.protocol.ProxyHeader;
import io.penstock.server.Intake.Next;
import io.penstock.server.Verdict.Close;
import io.penstock.server.Verdict.Refuse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Tcp.IncomingConnection;
import org.jspecify.annotations.Nullable;

/**
 * The way into a port: when the next socket is taken ({@link Intake}), whether it may stay ({@link Admission}), and
 * whether its client may open it ({@link IdentitySessions}). Turns away who may not. Belongs to a listener. Not
 * thread-safe.
 */
final class Entrance {
    /** A socket, and who waits for the permission to take another. */
    record Accepted(ActorRef<Next> next, IncomingConnection socket) implements Signal {}

    private static final LongSupplier CLOCK = System::nanoTime;

    private final ServerSettings settings;
    private final Subscriber events;
    private final Materializer materializer;
    private final Admission admission;
    private final IdentitySessions sessions;
    private final FileRoom files = FileRoom.ofThisProcess();
    private final Intake intake;
    /** Was being accepted when that was suspended. */
    private @Nullable Accepted waiting;

    private @Nullable Instant pausedSince;

    Entrance(
            ServerSettings settings,
            Supplier<AddressLists> lists,
            TimerScheduler<Command> timers,
            Subscriber events,
            Materializer materializer) {
        this.settings = settings;
        this.events = events;
        this.materializer = materializer;
        admission =
                new Admission(settings.admission(), settings.maxConnections(), lists, settings.proxy()::trusts, CLOCK);
        sessions = new IdentitySessions(settings.admission());
        intake = new Intake(settings.name(), this::room, timers, events, CLOCK);
    }

    private Verdict room() {
        Verdict room = files.room();
        return room.equals(Verdict.ADMIT) ? admission.room() : room;
    }

    void bound(InetSocketAddress address) {
        intake.bound(address);
    }

    /** The one who takes sockets is ready for the next one. */
    void ready(ActorRef<Next> taker) {
        intake.ready(taker);
    }

    void roomDue() {
        intake.proceed();
    }

    void calmDue() {
        intake.calm();
    }

    /**
     * Whether a socket becomes a connection. Otherwise it has been turned away, or waits for {@link #resume}.
     *
     * @param outage why the processor takes nothing, if connections are turned away for that
     */
    boolean admits(Accepted accepted, Optional<String> outage) {
        IncomingConnection socket = accepted.socket();
        if (intake.isSuspended()) {
            waiting = accepted;
            return false;
        }
        InetAddress peer = socket.remoteAddress().getAddress();
        if (settings.proxy().shutsOut(peer)) {
            turnAway(accepted, ProxySettings.TRUSTED, "the address is not that of a trusted proxy");
            return false;
        }
        Verdict verdict = admission.judge(peer, outage);
        if (verdict instanceof Refuse refuse) {
            turnAway(accepted, refuse.limit(), refuse.reason());
            return false;
        }
        if (verdict instanceof Close close) {
            tell(socket, close.limit(), close.reason());
            TcpWiring.close(socket, materializer);
            intake.ready(accepted.next());
            return false;
        }
        return true;
    }

    /** Resets a socket. */
    void turnAway(Accepted accepted, String limit, String reason) {
        tell(accepted.socket(), limit, reason);
        TcpWiring.reject(accepted.socket(), materializer);
        intake.ready(accepted.next());
    }

    private void tell(IncomingConnection socket, String limit, String reason) {
        boolean only = settings.name().equals(ConnectionInfo.DEFAULT_LISTENER);
        events.on(new ConnectionEvent.Refused(
                socket.remoteAddress(),
                socket.localAddress(),
                limit,
                only ? reason : reason + " (" + settings.name() + ")"));
    }

    /** A socket has become a connection; it counts until it is {@link #gone}. */
    GatedWiring admitted(long connection, Accepted accepted, ConnectionWiring wiring) {
        admission.admitted(connection, accepted.socket().remoteAddress().getAddress());
        intake.ready(accepted.next());
        return new GatedWiring(wiring, connection, sessions);
    }

    /**
     * A connection has said whose it is, or that nobody says so. What is known of no client no limit counts, and who did
     * not come from a proxy counts already.
     *
     * @param info of the socket
     * @return how it is to end; empty: it may go on
     */
    Optional<ConnectionEnd> announced(ConnectionInfo info, Optional<ProxyHeader> header) {
        InetSocketAddress client = header.isPresent() ? header.get().source() : info.peer();
        if (client == null || !settings.proxy().trusts(info.peer().getAddress())) {
            return Optional.empty();
        }
        Verdict verdict = admission.announced(info.id(), client.getAddress());
        if (verdict instanceof Refuse refuse) {
            return Optional.of(new ConnectionEnd(Kind.REFUSED, refuse.limit(), refuse.reason()));
        }
        return verdict instanceof Close close
                ? Optional.of(new ConnectionEnd(Kind.REFUSED, close.limit(), close.reason()))
                : Optional.empty();
    }

    void gone(long connection) {
        admission.gone(connection);
        intake.proceed();
    }

    /** Since when accepting is suspended on request; empty: it is not. */
    Optional<Instant> pausedSince() {
        return Optional.ofNullable(pausedSince);
    }

    void suspend() {
        if (pausedSince == null) {
            pausedSince = Instant.now();
            intake.suspend();
        }
    }

    /** Ends a suspension; who had been accepted all the same is to be asked for again. */
    Optional<Accepted> resume() {
        pausedSince = null;
        intake.resume();
        Accepted first = waiting;
        waiting = null;
        return Optional.ofNullable(first);
    }
}
