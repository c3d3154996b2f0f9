package io.penstock.server;

import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionProtocol;
import io.penstock.server.AdmissionSettings.Session;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Who of a port's clients is connected, by their certificates, and how often: {@code admission.identity-connections} and
 * {@code admission.session}. Asked where a handshake ends, on the thread of its stream, so that nothing of a connection
 * beyond a limit is ever read. Memory is bounded by the connections that are there. Thread-safe.
 */
final class IdentitySessions {
    private static final String CONNECTIONS = "admission.identity-connections";
    private static final String SESSION = "admission.session";

    private final Optional<Integer> most;
    private final Session session;
    private final Map<String, Map<Long, ActorRef<ConnectionProtocol.Command>>> connections = new HashMap<>();
    private final Map<Long, String> identities = new HashMap<>();

    IdentitySessions(AdmissionSettings settings) {
        most = settings.identityConnections();
        session = settings.session();
    }

    /** Whether anybody has to be asked. */
    boolean isOff() {
        return most.isEmpty() && session == Session.ANY;
    }

    /**
     * A client is known now.
     *
     * @return why its connection has to end; empty: it is counted until it is {@link #gone}
     */
    Optional<ConnectionEnd> opened(long id, ClientIdentity client, ActorRef<ConnectionProtocol.Command> connection) {
        String identity = client.identity();
        List<ActorRef<ConnectionProtocol.Command>> replaced;
        synchronized (this) {
            Map<Long, ActorRef<ConnectionProtocol.Command>> there =
                    connections.computeIfAbsent(identity, nobody -> new LinkedHashMap<>());
            Optional<ConnectionEnd> objection = objection(identity, there.size());
            if (objection.isPresent()) {
                return objection;
            }
            replaced = session == Session.NEWEST ? List.copyOf(there.values()) : List.of();
            there.put(id, connection);
            identities.put(id, identity);
        }
        replaced.forEach(older ->
                older.tell(new ConnectionProtocol.End(end(SESSION, identity + " has connected again, as c" + id))));
        return Optional.empty();
    }

    private Optional<ConnectionEnd> objection(String identity, int there) {
        return switch (session) {
            case NEWEST -> Optional.empty();
            case OLDEST ->
                there == 0 ? Optional.empty() : Optional.of(end(SESSION, identity + " is connected already"));
            case ANY ->
                most.filter(limit -> there >= limit).isEmpty()
                        ? Optional.empty()
                        : Optional.of(end(CONNECTIONS, there + " connections of " + identity + " are open"));
        };
    }

    private static ConnectionEnd end(String limit, String reason) {
        return new ConnectionEnd(Kind.REFUSED, limit, reason);
    }

    /** A connection's socket is gone. */
    synchronized void gone(long id) {
        String identity = identities.remove(id);
        if (identity != null) {
            connections.computeIfPresent(identity, (same, there) -> {
                there.remove(id);
                return there.isEmpty() ? null : there;
            });
        }
    }

    /** How many clients are known, for tests. */
    synchronized int clients() {
        return connections.size();
    }
}
