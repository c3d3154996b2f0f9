package io.penstock.server;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.tls.TlsContext;
import io.penstock.server.tls.TlsSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A listener whose files have been loaded: certificates, lists of addresses. */
public final class LoadedListener {
    private final ListenerSettings settings;
    private final LoadedFiles files;

    private LoadedListener(ListenerSettings settings, LoadedFiles files) {
        this.settings = settings;
        this.files = files;
    }

    /**
     * Loads the files of all.
     *
     * @param loader loads the certificates of one
     * @throws InvalidSettingsException with every problem of every listener, each with the key below its section
     */
    public static List<LoadedListener> all(
            List<ListenerSettings> listeners, Function<ServerSettings, Optional<TlsSource>> loader) {
        List<LoadedListener> loaded = new ArrayList<>();
        Set<String> problems = new LinkedHashSet<>();
        for (ListenerSettings listener : listeners) {
            try {
                loaded.add(new LoadedListener(listener, LoadedFiles.load(listener.server(), loader)));
            } catch (InvalidSettingsException e) {
                e.problems().stream().map(listener.names()::in).forEach(problems::add);
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(List.copyOf(problems));
        }
        return loaded;
    }

    public ListenerSettings settings() {
        return settings;
    }

    /** Its certificates; empty: plaintext. */
    public Optional<TlsSource> tls() {
        return files.tls();
    }

    LoadedFiles files() {
        return files;
    }

    /** What works, but an operator would want to know; each with the key below its section. */
    public List<String> warnings() {
        return tls()
                .map(source -> source.first())
                .map(TlsContext::warnings)
                .orElse(List.of("penstock.plaintext: true (everything is sent in the clear; for development only)"))
                .stream()
                .map(settings.names()::in)
                .toList();
    }
}
