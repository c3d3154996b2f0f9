package io.penstock.testkit;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What brings a fault about.
 *
 * @param settings keys below {@code penstock}
 */
record Provocation(Map<String, Object> settings, Client client) {
    /** A client's behaviour. */
    @FunctionalInterface
    interface Client {
        /** Runs to its end; the number of the alert that the server has sent, if the client can tell. */
        OptionalInt provoke(InetSocketAddress server) throws Exception;
    }

    Provocation {
        settings = Map.copyOf(settings);
    }

    Provocation with(String key, Object value) {
        Map<String, Object> more = new HashMap<>(settings);
        more.put(key, value);
        return new Provocation(more, client);
    }
}
