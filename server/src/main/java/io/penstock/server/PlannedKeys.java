package io.penstock.server;

import io.penstock.protocol.SettingsReader;
import java.util.Set;

/**
 * Keys of the contract whose other values come with later versions. They are read, so that a configuration written for
 * a later version is told precisely what this one lacks.
 */
final class PlannedKeys {
    private PlannedKeys() {}

    static void read(SettingsReader reader) {
        only(reader, "proxy-protocol.mode", "off", Set.of("optional", "required"));
        if (!reader.texts("proxy-protocol.trusted").isEmpty()) {
            reader.problem("proxy-protocol.trusted", "[]; the PROXY protocol is not in this version");
        }
    }

    private static void only(SettingsReader reader, String key, String now, Set<String> later) {
        String value = reader.text(key);
        if (later.contains(value)) {
            reader.problem(key, now + "; " + value + " is not in this version");
        } else if (!value.equals(now)) {
            reader.problem(key, now);
        }
    }
}
