package io.penstock.protocol;

import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** What the listener of a port understands. */
public interface ListenerProtocol {
    /** Anything a listener understands. */
    sealed interface Command permits Drain, GetConnections, Signal {}

    /**
     * Stop accepting, let the connections finish what they have received, then close them. The listener stops after its
     * answer. A second Drain changes nothing and is answered with the first.
     *
     * @param timeout after this the rest is cut
     * @param replyTo told once every connection has ended
     */
    record Drain(Duration timeout, ActorRef<Drained> replyTo) implements Command {}

    /**
     * Which connections are there?
     *
     * @param replyTo receives the ones accepted and not yet ended
     */
    record GetConnections(ActorRef<Connections> replyTo) implements Command {}

    /** From the listener's own binding and children; sent by the server module alone. */
    non-sealed interface Signal extends Command {}

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
