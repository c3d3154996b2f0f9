package io.penstock.server;

import io.penstock.protocol.SettingsReader;
import java.util.List;
import java.util.function.Consumer;

/** How the connections that the limit of open files has room for go to the listeners. */
final class ConnectionShares {
    private static final String KEY = "max-connections";
    private static final String AUTO = "auto";

    private ConnectionShares() {}

    /** What {@code auto} is: an equal share of what the listeners with a number leave, at least 1. */
    static int auto(List<SettingsReader> readers, int room) {
        long asked = readers.stream()
                .filter(reader -> !isAuto(reader))
                .mapToLong(reader -> number(reader.text(KEY)))
                .sum();
        long sharers = readers.stream().filter(ConnectionShares::isAuto).count();
        return (int) Math.max(1, (room - asked) / Math.max(1, sharers));
    }

    static void warn(
            List<SettingsReader> readers, List<ListenerSettings> listeners, int room, Consumer<String> warnings) {
        for (int i = 0; i < readers.size(); i++) {
            SettingsReader reader = readers.get(i);
            int cut = listeners.get(i).server().maxConnections();
            if (!isAuto(reader) && number(reader.text(KEY)) > cut) {
                warnings.accept("penstock." + reader.names().of(KEY) + ": " + reader.text(KEY) + " is cut to " + cut
                        + ", which the limit of open files leaves room for (raise it with ulimit -n)");
            }
        }
        long all = listeners.stream()
                .mapToLong(one -> one.server().maxConnections())
                .sum();
        if (listeners.size() > 1 && all > room) {
            warnings.accept("penstock.max-connections: " + all + " for all listeners together, and the limit of open"
                    + " files leaves room for " + room + " (raise it with ulimit -n, or give the listeners less)");
        }
    }

    private static boolean isAuto(SettingsReader reader) {
        return reader.text(KEY).equals(AUTO);
    }

    /** Nothing for what is no number, which is told where the settings are read. */
    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}
