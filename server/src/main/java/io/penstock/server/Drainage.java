package io.penstock.server;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Summary;
import io.penstock.protocol.ConnectionProtocol;
import io.penstock.protocol.ListenerProtocol.Drained;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The drain of a port: who waits for its end, who is told to go, and what it has cost. Not thread-safe. */
final class Drainage {
    private final List<ActorRef<Drained>> waiting = new ArrayList<>();
    /** Set once connections are told to go. */
    private @Nullable DrainPace pace;

    private int cut;
    private long lostFrames;
    private long lostBytes;

    /**
     * Somebody wants the port drained.
     *
     * @return whether that is the first one
     */
    boolean ask(ActorRef<Drained> replyTo) {
        waiting.add(replyTo);
        return waiting.size() == 1;
    }

    boolean isAsked() {
        return !waiting.isEmpty();
    }

    /** What has been lost before is not of its making. */
    void begin(DrainPace chosen) {
        pace = chosen;
        cut = 0;
        lostFrames = 0;
        lostBytes = 0;
    }

    /**
     * Tells those whose time has come.
     *
     * @return when to go on; empty: all have been told
     */
    Optional<Duration> proceed(Children connections) {
        if (pace == null) {
            return Optional.empty();
        }
        pace.due(System.nanoTime()).forEach(id -> connections.tell(id, new ConnectionProtocol.Drain()));
        return pace.next();
    }

    /** A connection has ended. */
    void account(ConnectionEnd end, Summary summary) {
        lostFrames += summary.framesLost();
        lostBytes += summary.bytesLost();
        cut += end.kind() == Kind.CUT ? 1 : 0;
    }

    /** Tells those who wait. */
    void over() {
        Drained drained = new Drained(cut, lostFrames, lostBytes);
        waiting.forEach(replyTo -> replyTo.tell(drained));
    }
}
