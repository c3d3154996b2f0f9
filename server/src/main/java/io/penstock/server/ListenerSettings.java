package io.penstock.server;

import com.typesafe.config.Config;
import io.penstock.protocol.KeyNames;
import io.penstock.protocol.SettingsReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One listener of a configuration, and what its frames go to.
 *
 * @param server the port
 * @param processors the same instance for listeners that share a processor
 * @param names how its keys are called in messages
 */
public record ListenerSettings(ServerSettings server, ProcessorSettings processors, KeyNames names) {
    /** Read by the command line. */
    private static final String[] OF_THE_STANDALONE = {"ready-file", "admin", "log"};

    /**
     * Reads {@code penstock} of a configuration that includes the modules' {@code reference.conf}, as {@code
     * ConfigFactory.load()} gives it: a listener for each section of {@code penstock.listeners}, in the order in which
     * they stand in the file; without sections the one that the flat keys are. What only the standalone server uses is
     * let be.
     *
     * @throws io.penstock.protocol.InvalidSettingsException with every problem of every listener
     */
    public static List<ListenerSettings> from(Config config) {
        SettingsReader reader = new SettingsReader(config);
        List<String> warnings = new ArrayList<>();
        List<ListenerSettings> all = read(reader, warnings::add);
        reader.leave(OF_THE_STANDALONE);
        reader.leave("quarantine");
        reader.finish();
        return all;
    }

    /**
     * Reads the keys of all listeners; problems are left in the reader.
     *
     * @param warnings told what is accepted and will not be as it was written, a line each
     */
    public static List<ListenerSettings> read(SettingsReader reader, Consumer<String> warnings) {
        reader.open("tls-dispatcher");
        return new ListenersReader(reader, warnings).read();
    }

    /** Whether it has a section, and with it a name of its own. */
    public boolean isNamed() {
        return !names.isFlat();
    }
}
