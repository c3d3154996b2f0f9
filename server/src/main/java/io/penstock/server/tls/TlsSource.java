package io.penstock.server.tls;

import io.penstock.server.pki.Identity;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Where a server's TLS comes from: files that have been loaded, and that are looked at again. What is loaded later is
 * judged by the same settings. One thread at a time.
 */
public final class TlsSource {
    private final TlsContext first;
    private final Map<Path, String> firstLook;
    private final FileLook files;
    private final UnaryOperator<TlsContext> loader;
    private final Clock clock;
    private final Optional<Duration> interval;
    private final Runnable upkeep;

    private TlsSource(
            TlsContext first,
            Map<Path, String> firstLook,
            FileLook files,
            UnaryOperator<TlsContext> loader,
            Clock clock,
            Optional<Duration> interval,
            Runnable upkeep) {
        this.first = first;
        this.firstLook = firstLook;
        this.files = files;
        this.loader = loader;
        this.clock = clock;
        this.interval = interval;
        this.upkeep = upkeep;
    }

    /**
     * Loads everything that the settings name, as {@link TlsContext#load}.
     *
     * @throws io.penstock.protocol.InvalidSettingsException with every problem found
     */
    public static TlsSource load(TlsSettings settings, Optional<String> hostname, Clock clock) {
        FileLook files = new FileLook(settings.files());
        // Before loading, so that what changes meanwhile is noticed.
        Map<Path, String> look = files.take();
        TlsContext first = TlsContext.load(settings, hostname, clock);
        UnaryOperator<TlsContext> loader = before -> TlsContext.load(settings, hostname, clock, before);
        return new TlsSource(first, look, files, loader, clock, settings.reloadInterval(), () -> {});
    }

    /** A context that comes from no file, and stays as it is. */
    public static TlsSource of(TlsContext context) {
        return new TlsSource(
                context,
                Map.of(),
                new FileLook(Set.of()),
                before -> before,
                Clock.systemUTC(),
                Optional.empty(),
                () -> {});
    }

    /**
     * The same with something that keeps the files in order, such as the renewal of a development certificate.
     *
     * @param task run from time to time; may throw {@link io.penstock.protocol.InvalidSettingsException}
     */
    public TlsSource withUpkeep(Runnable task) {
        return new TlsSource(first, firstLook, files, loader, clock, interval, task);
    }

    /** What was loaded first. */
    public TlsContext first() {
        return first;
    }

    /** What the files held before that. */
    public Map<Path, String> firstLook() {
        return firstLook;
    }

    /** How often the files are to be looked at; empty: only when asked. */
    public Optional<Duration> interval() {
        return interval;
    }

    /** Judges validity. */
    public Clock clock() {
        return clock;
    }

    /** What the files hold now, as something to compare. Reads them. */
    public Map<Path, String> look() {
        return files.take();
    }

    /**
     * Loads again. Reads files.
     *
     * @param before what is replaced; its session tickets go on unless other clients are accepted now
     * @throws io.penstock.protocol.InvalidSettingsException with every problem found
     */
    public TlsContext load(TlsContext before) {
        return loader.apply(before);
    }

    /** Keeps the files in order. May write some. */
    public void keepUp() {
        upkeep.run();
    }

    /** Those certificates of a context that another does not have, in words. */
    public static List<String> added(TlsContext next, TlsContext before) {
        Collection<Identity> known = before.identities().members().stream()
                .map(one -> one.identity())
                .toList();
        return next.identities().members().stream()
                .map(one -> one.identity())
                .filter(one -> known.stream().noneMatch(old -> old.leaf().equals(one.leaf())))
                .map(Identity::summary)
                .distinct()
                .toList();
    }
}
