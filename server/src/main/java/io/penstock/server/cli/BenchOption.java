package io.penstock.server.cli;

import java.util.ArrayList;
import java.util.List;

/** The options of {@code bench} besides {@link ClientOption}, in the order of its help. */
enum BenchOption implements CommandOption {
    CONNECTIONS(
            'n',
            "connections",
            "N",
            "At once, each with a thread. [handshakes, resumed and ingest 16, echo 64, idle 1000]"),
    DURATION('t', "duration", "DURATION", "How long to measure; of idle how long to hold what is open. [10s]"),
    WARMUP("warmup", "DURATION", "How long to do the same before, unmeasured; not of idle. [2s]"),
    RATE("rate", "N", "What is counted, a second, at fixed times over all connections; none: as answers come."),
    SIZE("size", "SIZE", "Bytes of a line, with its end; of ingest and echo. [ingest 100, echo 64]"),
    TIMEOUT("timeout", "DURATION", "For the connection, the handshake and each answer. [30s]"),
    JSON("json", "", "For programs.");

    @SuppressWarnings("ImmutableEnumChecker") // a record of strings
    private final OptionText text;

    BenchOption(String name, String label, String meaning) {
        text = OptionText.of(name, label, meaning);
    }

    BenchOption(char letter, String name, String label, String meaning) {
        text = OptionText.of(letter, name, label, meaning);
    }

    /** All that the command has. */
    static List<CommandOption> all() {
        List<CommandOption> all = new ArrayList<>(List.of(values()));
        all.addAll(List.of(ClientOption.values()));
        return all;
    }

    @Override
    public OptionText text() {
        return text;
    }
}
