package io.penstock.protocol;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * What a RELP peer says that it can: lines of {@code name=value,value}.
 *
 * @param values by name, in their order
 */
record RelpOffers(Map<String, List<String>> values) {
    private static final String VERSION = "relp_version";
    private static final String COMMANDS = "commands";
    private static final String SYSLOG = "syslog";
    private static final int HIGHEST_VERSION = 1;

    static RelpOffers parse(ByteString data) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        data.decodeString(StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isEmpty())
                .map(line -> line.split("=", 2))
                .forEach(words -> values.put(words[0], words.length == 1 ? List.of() : List.of(words[1].split(","))));
        return new RelpOffers(values);
    }

    /** What a client offers. */
    static String ofClient() {
        return text(HIGHEST_VERSION);
    }

    private static String text(int version) {
        return VERSION + "=" + version + "\nrelp_software=penstock\n" + COMMANDS + "=" + SYSLOG;
    }

    /** What is missing in them, and what was expected; nothing where a session can be opened by them. */
    Optional<String> refusal() {
        List<String> versions = values.getOrDefault(VERSION, List.of());
        if (versions.isEmpty() || !versions.get(0).matches("[0-9]{1,9}")) {
            return Optional.of("open without a relp_version (expected: relp_version=0 or 1)");
        }
        return values.getOrDefault(COMMANDS, List.of()).contains(SYSLOG)
                ? Optional.empty()
                : Optional.of("open without the command syslog (expected: commands=syslog)");
    }

    /** What a server answers: the highest version that both know. Only without a {@link #refusal}. */
    String answer() {
        int offered =
                Integer.parseInt(values.getOrDefault(VERSION, List.of("0")).get(0));
        return text(Math.min(offered, HIGHEST_VERSION));
    }
}
