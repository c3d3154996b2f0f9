package io.penstock.server;

import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ListenerProtocol.Command;
import io.penstock.protocol.ListenerProtocol.Signal;
import io.penstock.server.Verdict.Wait;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Lets the next socket be accepted, or keeps it in the system's backlog until there is room. A port at its limit stops
 * and goes on with every single client; that it is held is told once, and that it goes on when for {@link #CALM} nobody
 * had to wait. Belongs to a listener. Not thread-safe.
 */
final class Intake {
    /** Permission to take the next socket. */
    enum Next {
        SOCKET
    }

    /** By its timer: there may be room. */
    record RoomDue() implements Signal {}

    /** By its timer: nobody has had to wait. */
    record CalmDue() implements Signal {}

    static final Duration CALM = Duration.ofSeconds(1);

    private static final Wait ON_REQUEST = new Wait("suspend", "on request", 0);

    private final String listener;
    private final Supplier<Verdict> room;
    private final TimerScheduler<Command> timers;
    private final Subscriber events;
    private final LongSupplier clock;
    private @Nullable InetSocketAddress local;
    /** Who waits to take the next socket; null while he has the permission. */
    private @Nullable ActorRef<Next> asking;
    /** What was last told to hold the port, and when; null: nothing. */
    private @Nullable String held;

    private long since;
    private boolean suspended;

    /**
     * Of a port that is not bound yet.
     *
     * @param room whether there is room for one more
     * @param clock monotonic, in nanoseconds
     */
    Intake(
            String listener,
            Supplier<Verdict> room,
            TimerScheduler<Command> timers,
            Subscriber events,
            LongSupplier clock) {
        this.listener = listener;
        this.room = room;
        this.timers = timers;
        this.events = events;
        this.clock = clock;
    }

    void bound(InetSocketAddress address) {
        local = address;
        proceed();
    }

    /** The one who takes sockets is ready for the next one. */
    void ready(ActorRef<Next> taker) {
        asking = taker;
        proceed();
    }

    /** There may be room now. */
    void proceed() {
        if (asking == null || local == null || suspended) {
            return;
        }
        if (room.get() instanceof Wait wait) {
            hold(wait);
        } else {
            asking.tell(Next.SOCKET);
            asking = null;
            if (held != null && !timers.isTimerActive(new CalmDue())) {
                timers.startSingleTimer(new CalmDue(), CALM);
            }
        }
    }

    private void hold(Wait wait) {
        timers.cancel(new CalmDue());
        if (!wait.limit().equals(held)) {
            resumed();
            held = wait.limit();
            since = clock.getAsLong();
            events.on(new ConnectionEvent.Held(listener, local(), held, wait.reason()));
        }
        if (wait.nanos() > 0) {
            timers.startSingleTimer(new RoomDue(), Duration.ofNanos(wait.nanos()));
        }
    }

    /** Nobody has had to wait. */
    void calm() {
        resumed();
    }

    private void resumed() {
        if (held != null) {
            events.on(
                    new ConnectionEvent.Resumed(listener, local(), held, Duration.ofNanos(clock.getAsLong() - since)));
            held = null;
        }
    }

    boolean isSuspended() {
        return suspended;
    }

    /** Lets nobody in, until {@link #resume}. */
    void suspend() {
        suspended = true;
        hold(ON_REQUEST);
    }

    void resume() {
        if (suspended) {
            suspended = false;
            resumed();
            proceed();
        }
    }

    private InetSocketAddress local() {
        return Objects.requireNonNull(local, "bound");
    }
}
