package io.penstock.server.cli;

import java.util.ArrayList;
import java.util.List;

/** The options of {@code send} besides {@link ClientOption}, in the order of its help. */
enum SendOption implements CommandOption {
    PROTOCOL(
            "protocol",
            "NAME",
            "How frames are told apart: raw, lines and json send the input as it is, lines and json ending each file; of all"
                    + " others each line of the input is a frame, and each frame of the answer a line. relp waits until"
                    + " the server has acknowledged everything. [raw]"),
    TIMEOUT("timeout", "DURATION", "For the connection, the handshake and, once all is sent, for each reply. [30s]"),
    NO_WAIT("no-wait", "", "Do not wait for replies, nor for the server to say that it has everything.");

    @SuppressWarnings("ImmutableEnumChecker") // a record of strings
    private final OptionText text;

    SendOption(String name, String label, String meaning) {
        text = OptionText.of(name, label, meaning);
    }

    /** All that the command has. */
    static List<CommandOption> all() {
        List<CommandOption> all = new ArrayList<>(List.of(ClientOption.values()));
        all.addAll(List.of(values()));
        return all;
    }

    @Override
    public OptionText text() {
        return text;
    }
}
