package io.penstock.server;

import io.penstock.processor.PeerIdentity;
import io.penstock.protocol.ConnectionInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the connections of one client may bring together, of one listener. A client is who its certificate says; one without is
 * not limited here. Thread-safe.
 */
final class IdentityRates {
    private final RateSettings settings;
    private final Map<String, Shared> shared = new HashMap<>();

    private static final class Shared {
        private final RateLimit limit;
        private int connections;

        private Shared(RateLimit limit) {
            this.limit = limit;
        }
    }

    IdentityRates(RateSettings settings) {
        this.settings = settings;
    }

    /** The limit that a connection has in common with others of its client; {@link #leave} once it is gone. */
    Optional<RateLimit> join(ConnectionInfo connection) {
        return settings.isOff() ? Optional.empty() : PeerIdentity.of(connection).map(this::join);
    }

    private synchronized RateLimit join(String identity) {
        Shared limit =
                shared.computeIfAbsent(identity, unknown -> new Shared(new RateLimit(settings, System.nanoTime())));
        limit.connections++;
        return limit.limit;
    }

    /** A connection that has joined is gone. With a client's last one what it owes is forgotten. */
    void leave(ConnectionInfo connection) {
        if (!settings.isOff()) {
            PeerIdentity.of(connection).ifPresent(this::leave);
        }
    }

    private synchronized void leave(String identity) {
        shared.computeIfPresent(identity, (same, limit) -> --limit.connections == 0 ? null : limit);
    }

    /** Clients that have a connection. */
    synchronized int size() {
        return shared.size();
    }
}
