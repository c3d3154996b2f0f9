package io.penstock.server.cli;

import com.typesafe.config.Config;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.cli.ServerStarter.Prepared;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
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
        List<String> problems = new ArrayList<>(layers.problems());
        SettingsReader reader = new SettingsReader(layers.config());
        ServeSettings settings = ServeSettings.read(reader);
        attempt(problems, () -> {
            reader.finish();
            return settings;
        });
        // A development certificate is made where there is none: not for a configuration that is wrong anyway.
        boolean sound = problems.isEmpty();
        Config config = Logging.actorSystem(settings.log()).withFallback(layers.config());
        if (sound) {
            Logging.install(settings.log(), terminal.err());
            starter.begin(config);
        }
        boolean worthPreparing = sound
                || settings.server()
                        .tls()
                        .filter(tls -> tls.certificate().cert().isPresent())
                        .isPresent();
        Optional<Prepared> prepared = worthPreparing
                ? attempt(problems, () -> starter.prepare(settings, terminal.environment()))
                : Optional.empty();
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        return start(layers, settings, prepared.orElseThrow());
    }

    private static <T> Optional<T> attempt(List<String> problems, Supplier<T> step) {
        try {
            return Optional.of(step.get());
        } catch (InvalidSettingsException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }

    private int start(Layers layers, ServeSettings settings, Prepared prepared) {
        Logger log = LoggerFactory.getLogger(LOGGER);
        layers.warnings().forEach(log::warn);
        settings.warnings().forEach(log::warn);
        prepared.warnings().forEach(log::warn);
        return new ServeRun(settings, prepared, process, log).run();
    }
}
