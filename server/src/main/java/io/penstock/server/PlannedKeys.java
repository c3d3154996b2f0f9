package io.penstock.server;

import com.typesafe.config.ConfigUtil;
import io.penstock.protocol.SettingsReader;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Keys of the contract whose other values come with later versions. They are read, so that a configuration written for
 * a later version is told precisely what this one lacks.
 */
final class PlannedKeys {
    private PlannedKeys() {}

    static void read(SettingsReader reader) {
        only(reader, "lines.reply", "none", Set.of("echo", "count"));
        only(reader, "proxy-protocol.mode", "off", Set.of("optional", "required"));
        if (!reader.texts("proxy-protocol.trusted").isEmpty()) {
            reader.problem("proxy-protocol.trusted", "[]; the PROXY protocol is not in this version");
        }
        listeners(reader);
    }

    /** A line for each, at the place of its first key. */
    private static void listeners(SettingsReader reader) {
        Map<String, String> first = new TreeMap<>();
        reader.open("listeners").entrySet().stream()
                .map(Map.Entry::getKey)
                .sorted()
                .forEach(key -> {
                    first.putIfAbsent(ConfigUtil.splitPath(key).get(0), "listeners." + key);
                });
        first.forEach((name, key) -> reader.problem("penstock.listeners." + name
                + ": a listener (expected: none; several listeners are not in this version) at " + reader.origin(key)));
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
