package io.penstock.server.cli;

import com.typesafe.config.Config;
import io.penstock.server.ListenerSettings;
import io.penstock.server.LoadedListener;
import io.penstock.server.ServerSettings;
import io.penstock.server.loop.LoopConfig;
import io.penstock.server.pki.DevelopmentCa;
import io.penstock.server.pki.DevelopmentFiles;
import io.penstock.server.tls.TlsSource;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The server in an actor system of its own. */
final class StandaloneServer implements ServerStarter {
    private final CompletableFuture<ActorSystem<Void>> system = new CompletableFuture<>();

    /** An actor system takes a third of the time to start, and the other core is idle. */
    @Override
    public void begin(Config config) {
        system.completeAsync(
                () -> ActorSystem.create(
                        Behaviors.empty(),
                        "penstock",
                        ActorSystemSetup.create(BootstrapSetup.create(LoopConfig.complete(config))
                                .withClassloader(new WithoutManifests(StandaloneServer.class.getClassLoader())))),
                task -> new Thread(task, "penstock-start").start());
    }

    @Override
    public Prepared prepare(ServeSettings settings, Map<String, String> environment) {
        if (developments(settings).isEmpty()) {
            return certified(settings, Optional.empty(), Optional.empty());
        }
        Path home = DevelopmentCa.home(environment);
        Optional<DevelopmentFiles> files = Optional.of(ensure(settings, home));
        return certified(settings, files, files);
    }

    @Override
    public Prepared inspect(ServeSettings settings, Map<String, String> environment) {
        List<ServerSettings> developments = developments(settings);
        if (developments.isEmpty()) {
            return certified(settings, Optional.empty(), Optional.empty());
        }
        Path home = DevelopmentCa.home(environment);
        List<Optional<DevelopmentFiles>> kept = developments.stream()
                .map(server -> DevelopmentCa.preview(home, server.hostname(), Clock.systemUTC()))
                .toList();
        if (kept.stream().allMatch(Optional::isPresent)) {
            return certified(settings, kept.get(0), kept.get(0));
        }
        // Everything else is looked at all the same, with one that is gone before anybody could use it.
        try (Scratch scratch = Scratch.create()) {
            return certified(settings, Optional.of(ensure(settings, scratch.directory())), Optional.empty());
        }
    }

    private static List<ServerSettings> developments(ServeSettings settings) {
        return settings.listeners().stream()
                .map(ListenerSettings::server)
                .filter(StandaloneServer::isDevelopment)
                .toList();
    }

    private static boolean isDevelopment(ServerSettings server) {
        return server.tls().filter(tls -> tls.certificate().isDevelopment()).isPresent();
    }

    /** One certificate with the names of all: each call keeps the names of those before it. */
    private static DevelopmentFiles ensure(ServeSettings settings, Path home) {
        return developments(settings).stream()
                .map(server -> DevelopmentCa.ensure(home, server.hostname(), Clock.systemUTC()))
                .reduce((before, last) -> last)
                .orElseThrow();
    }

    /**
     * Loads all certificates.
     *
     * @param used the development certificate to load, where none is configured
     * @param kept the same, unless it is gone when the server starts
     */
    private Prepared certified(
            ServeSettings settings, Optional<DevelopmentFiles> used, Optional<DevelopmentFiles> kept) {
        List<LoadedListener> loaded =
                LoadedListener.all(settings.listeners(), server -> source(settings, server, used, kept));
        return new PreparedServers(settings, loaded, kept, system);
    }

    private static Optional<TlsSource> source(
            ServeSettings settings,
            ServerSettings server,
            Optional<DevelopmentFiles> used,
            Optional<DevelopmentFiles> kept) {
        boolean development = isDevelopment(server);
        return server.tls()
                .map(configured -> used.filter(files -> development)
                        .map(files -> configured.withCertificate(files.files()))
                        .orElse(configured))
                .map(all -> TlsSource.load(all, server.hostname(), Clock.systemUTC()))
                .map(loaded -> kept.filter(files -> development)
                        .map(files -> loaded.withUpkeep(() -> renew(settings, files)))
                        .orElse(loaded));
    }

    private static void renew(ServeSettings settings, DevelopmentFiles files) {
        ensure(settings, Objects.requireNonNull(files.ca().getParent(), "files in a directory"));
    }
}
