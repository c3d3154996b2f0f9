package io.penstock.server;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.tls.TlsSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a port needs of files.
 *
 * @param tls empty: plaintext
 */
record LoadedFiles(Optional<TlsSource> tls, AddressListSource lists) {
    /**
     * Loads everything that the settings name.
     *
     * @param certificates loads those of a server
     * @throws InvalidSettingsException with every problem found
     */
    static LoadedFiles load(ServerSettings settings, Function<ServerSettings, Optional<TlsSource>> certificates) {
        List<String> problems = new ArrayList<>();
        Optional<TlsSource> tls = noting(problems, () -> certificates.apply(settings));
        AddressListSource lists = noting(
                problems, () -> AddressListSource.load(settings.admission().lists()));
        if (tls == null || lists == null) {
            throw new InvalidSettingsException(problems);
        }
        return new LoadedFiles(tls, lists);
    }

    private static <T> @Nullable T noting(List<String> problems, Supplier<T> loading) {
        try {
            return loading.get();
        } catch (InvalidSettingsException e) {
            problems.addAll(e.problems());
            return null;
        }
    }
}
