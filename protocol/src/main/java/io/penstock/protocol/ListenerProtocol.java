package io.penstock.protocol;

import java.time.Duration;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;

/** What the listener of a port understands. */
public interface ListenerProtocol {
    /** Anything a listener understands. */
    sealed interface Command permits Drain, Suspend, Resume, GetConnections, Push, Signal {}

    /**
     * Stop accepting, let the connections finish what they have received, then close them. The listener stops after its
     * answer. A second Drain changes nothing and is answered with the first.
     *
     * @param delay how long it goes on accepting first, not ready any more
     * @param timeout after the delay; then the rest is cut
     * @param replyTo told once every connection has ended
     */
    record Drain(Duration delay, Duration timeout, ActorRef<Drained> replyTo) implements Command {}

    /**
     * Take no more connections until {@link Resume}: they wait in the system's backlog. Those that are there go on.
     *
     * @param replyTo told once it is in force
     */
    record Suspend(ActorRef<Done> replyTo) implements Command {}

    /**
     * Take connections again.
     *
     * @param replyTo told once it is in force
     */
    record Resume(ActorRef<Done> replyTo) implements Command {}

    /**
     * Which connections are there?
     *
     * @param replyTo receives the ones accepted and not yet ended
     */
    record GetConnections(ActorRef<Connections> replyTo) implements Command {}

    /** Something for live connections, at any time; answered by {@link Taken}. */
    sealed interface Push extends Command permits Send, SendTo, Disconnect {}

    /**
     * Send a payload to the peer of a connection.
     *
     * @param connection the id of {@link ConnectionInfo}
     * @param payload framed by the connection's protocol; one that it cannot carry ends the connection, as a
     *     processor's would
     */
    record Send(long connection, ByteString payload, ActorRef<Taken> replyTo) implements Push {}

    /**
     * Send a payload to every connection of a client.
     *
     * @param identity one of the client's names, as {@link ClientIdentity#isNamed} has it
     */
    record SendTo(String identity, ByteString payload, ActorRef<Taken> replyTo) implements Push {}

    /**
     * Close a connection once what it is owed has been sent.
     *
     * @param reason for the log
     */
    record Disconnect(long connection, String reason, ActorRef<Taken> replyTo) implements Push {}

    /** From the listener's own binding and children; sent by the server module alone. */
    non-sealed interface Signal extends Command {}

    /**
     * The answer to a {@link Push}.
     *
     * @param connections how many it was passed to, which were open; that their peers have it nobody knows
     */
    record Taken(int connections) {}

    /** The answer to {@link GetConnections}. */
    record Connections(List<ConnectionInfo> connections) {}

    /**
     * Everything has ended.
     *
     * @param cut connections that had to be cut
     * @param lostFrames frames received and not processed
     * @param lostBytes bytes received and not processed: in those frames, in partial ones, and after reading had ended
     */
    record Drained(int cut, long lostFrames, long lostBytes) {}
}
