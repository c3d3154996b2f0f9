package io.penstock.server;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.server.tls.TlsFailedException;
import io.penstock.server.tls.TlsFault;
import io.penstock.server.tls.TruncatedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.StreamTcpException;
import org.jspecify.annotations.Nullable;

/** How a connection has ended, by what its stream ended with. */
final class ReadingEnds {
    /** What systems say when they have given a host up. In other languages than English it passes for a reset. */
    private static final Pattern GIVEN_UP = Pattern.compile(
            "(Connection|Operation) timed out|No route to host|Host is down|Network is (down|unreachable)");

    private ReadingEnds() {}

    /**
     * The end in words.
     *
     * @param cause null: the peer ended the stream in order
     * @param events told of a fault of our own
     */
    static ConnectionEnd of(@Nullable Throwable cause, ConnectionInfo info, Subscriber events) {
        if (cause == null) {
            return ConnectionEnd.of(Kind.END_OF_STREAM);
        } else if (cause instanceof TruncatedException truncated) {
            return truncated.end();
        } else if (cause instanceof TlsFailedException failed) {
            if (failed.fault() == TlsFault.INTERNAL) {
                events.on(new ConnectionEvent.Faulted(info, failed));
            }
            return failed.end();
        } else if (cause instanceof StreamTcpException) {
            return ofTransport(String.valueOf(cause.getMessage()));
        }
        events.on(new ConnectionEvent.Faulted(info, cause));
        return new ConnectionEnd(Kind.INTERNAL_ERROR, String.valueOf(cause));
    }

    private static ConnectionEnd ofTransport(String words) {
        Matcher givenUp = GIVEN_UP.matcher(words);
        return givenUp.find()
                ? new ConnectionEnd(
                        Kind.TIMED_OUT,
                        ConnectionTimes.DEAD_PEER,
                        "the peer's host does not answer any more (" + givenUp.group() + ")")
                : new ConnectionEnd(Kind.RESET, words);
    }

    /** The end where the actor was stopped, before there was another. */
    static ConnectionEnd ofStop(ActorSystem<?> system) {
        return CoordinatedShutdown.get(system).getShutdownReason().isPresent()
                ? new ConnectionEnd(Kind.CUT, "the actor system has stopped")
                : new ConnectionEnd(Kind.INTERNAL_ERROR, "its actor has failed");
    }
}
