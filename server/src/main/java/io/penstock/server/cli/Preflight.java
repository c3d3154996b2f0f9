package io.penstock.server.cli;

import io.penstock.processor.QuarantineSettings;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.cli.ServerStarter.Prepared;
import io.penstock.server.tls.TlsSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * All that can be known before a port is opened. {@code serve} goes by it and {@code check} shows it, so that the two
 * cannot disagree.
 *
 * @param settings usable as far as it goes, also when there are problems
 * @param problems why it would not start, a line each
 * @param warnings what works, but an operator would want to know
 * @param prepared empty only when there are problems
 */
record Preflight(ServeSettings settings, List<String> problems, List<String> warnings, Optional<Prepared> prepared) {
    Preflight {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads and looks.
     *
     * @param whenSound is told the settings when nothing is wrong with them, before certificates are looked at
     * @param prepare looks at certificates and the processor; a development certificate is not asked for by settings
     *     that are wrong anyway
     */
    static Preflight of(Layers layers, Consumer<ServeSettings> whenSound, Function<ServeSettings, Prepared> prepare) {
        List<String> problems = new ArrayList<>(layers.problems());
        SettingsReader reader = new SettingsReader(layers.config());
        ServeSettings settings = ServeSettings.read(reader);
        attempt(problems, () -> {
            reader.finish();
            return settings;
        });
        problems.addAll(QuarantineSettings.problems(layers.config()));
        boolean sound = problems.isEmpty();
        if (sound) {
            whenSound.accept(settings);
        }
        Optional<Prepared> prepared = sound || namesCertificates(settings)
                ? attempt(problems, () -> prepare.apply(settings))
                : Optional.empty();
        List<String> warnings = new ArrayList<>(layers.warnings());
        warnings.addAll(settings.warnings());
        prepared.ifPresent(found -> warnings.addAll(found.warnings()));
        return new Preflight(settings, problems, warnings, prepared);
    }

    private static boolean namesCertificates(ServeSettings settings) {
        List<TlsSettings> secure = settings.listeners().stream()
                .flatMap(listener -> listener.server().tls().stream())
                .toList();
        return !secure.isEmpty()
                && secure.stream().allMatch(tls -> tls.certificate().cert().isPresent());
    }

    private static <T> Optional<T> attempt(List<String> problems, Supplier<T> step) {
        try {
            return Optional.of(step.get());
        } catch (InvalidSettingsException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }
}
