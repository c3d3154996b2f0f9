package io.penstock.server.cli;

import com.typesafe.config.Config;
import io.penstock.protocol.InvalidSettingsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks everything, says all that is wrong at once, then runs the server until it is told to stop. */
final class ServeCommand {
    /** The log of the server as a whole; connections have another. */
    static final String LOGGER = "io.penstock.server";

    private final Terminal terminal;
    private final ServerStarter starter;
    private final ServeRun.Surroundings process;

    ServeCommand(Terminal terminal, ServerStarter starter, ServeRun.Surroundings process) {
        this.terminal = terminal;
        this.starter = starter;
        this.process = process;
    }

    /**
     * Runs.
     *
     * @return the exit code
     * @throws InvalidSettingsException with every problem of the configuration and of the certificates
     */
    int run(Layers layers) {
        Preflight preflight = Preflight.of(
                layers,
                settings -> begin(layers, settings),
                settings -> starter.prepare(settings, terminal.environment()));
        if (!preflight.problems().isEmpty()) {
            throw new InvalidSettingsException(preflight.problems());
        }
        Logger log = LoggerFactory.getLogger(LOGGER);
        preflight.warnings().forEach(log::warn);
        return new ServeRun(preflight.settings(), preflight.prepared().orElseThrow(), process, log).run();
    }

    private void begin(Layers layers, ServeSettings settings) {
        Config config = Logging.actorSystem(settings.log()).withFallback(layers.config());
        Logging.install(settings.log(), terminal.err());
        starter.begin(config);
    }
}
