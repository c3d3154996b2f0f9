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

    private final String option;
    private final String label;
    private final String meaning;

    SendOption(String name, String label, String meaning) {
        this.option = "--" + name;
        this.label = label;
        this.meaning = meaning;
    }

    /** All that the command has. */
    static List<CommandOption> all() {
        List<CommandOption> all = new ArrayList<>(List.of(ClientOption.values()));
        all.addAll(List.of(values()));
        return all;
    }

    @Override
    public String option() {
        return option;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
