package io.penstock.server.cli;

import com.typesafe.config.Config;
import io.penstock.processor.ProcessorSupervisor;
import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.server.Counters;
import io.penstock.server.EventLog;
import io.penstock.server.ReloadResult;
import io.penstock.server.ServerSettings;
import io.penstock.server.TlsServer;
import io.penstock.server.pki.DevelopmentCa;
import io.penstock.server.pki.DevelopmentFiles;
import io.penstock.server.pki.HostNames;
import io.penstock.server.tls.TlsContext;
import io.penstock.server.tls.TlsSource;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server in an actor system of its own. */
final class StandaloneServer implements ServerStarter {
    private static final int TERMINATION_MILLIS = 250;

    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.LOGGER);

    private final CompletableFuture<ActorSystem<Void>> system = new CompletableFuture<>();

    /** An actor system takes a third of the time to start, and the other core is idle. */
    @Override
    public void begin(Config config) {
        system.completeAsync(
                () -> ActorSystem.create(
                        Behaviors.empty(),
                        "penstock",
                        ActorSystemSetup.create(BootstrapSetup.create(config)
                                .withClassloader(new WithoutManifests(StandaloneServer.class.getClassLoader())))),
                task -> new Thread(task, "penstock-start").start());
    }

    @Override
    public Prepared prepare(ServeSettings settings, Map<String, String> environment) {
        if (!isDevelopment(settings)) {
            return certified(settings, Optional.empty(), Optional.empty());
        }
        DevelopmentFiles files = DevelopmentCa.ensure(
                DevelopmentCa.home(environment), settings.server().hostname(), Clock.systemUTC());
        return certified(settings, Optional.of(files), Optional.of(files));
    }

    @Override
    public Prepared inspect(ServeSettings settings, Map<String, String> environment) {
        if (!isDevelopment(settings)) {
            return certified(settings, Optional.empty(), Optional.empty());
        }
        Path home = DevelopmentCa.home(environment);
        Optional<String> hostname = settings.server().hostname();
        Optional<DevelopmentFiles> kept = DevelopmentCa.preview(home, hostname, Clock.systemUTC());
        if (kept.isPresent()) {
            return certified(settings, kept, kept);
        }
        // Everything else is looked at all the same, with one that is gone before anybody could use it.
        try (Scratch scratch = Scratch.create()) {
            return certified(
                    settings,
                    Optional.of(DevelopmentCa.ensure(scratch.directory(), hostname, Clock.systemUTC())),
                    Optional.empty());
        }
    }

    private static boolean isDevelopment(ServeSettings settings) {
        return settings.server()
                .tls()
                .filter(tls -> tls.certificate().isDevelopment())
                .isPresent();
    }

    /**
     * @param used the development certificate to load, when none is configured
     * @param kept the same, unless it is gone when the server starts
     */
    private Prepared certified(
            ServeSettings settings, Optional<DevelopmentFiles> used, Optional<DevelopmentFiles> kept) {
        ServerSettings server = settings.server();
        Optional<TlsSource> source = server.tls()
                .map(configured -> used.map(files -> configured.withCertificate(files.files()))
                        .orElse(configured))
                .map(all -> TlsSource.load(all, server.hostname(), Clock.systemUTC()))
                .map(loaded -> kept.map(files -> loaded.withUpkeep(() -> renew(files, server.hostname())))
                        .orElse(loaded));
        return new Certified(settings, source, kept, used.isPresent(), system);
    }

    private static void renew(DevelopmentFiles files, Optional<String> hostname) {
        Path home = Objects.requireNonNull(files.ca().getParent(), "files in a directory");
        DevelopmentCa.ensure(home, hostname, Clock.systemUTC());
    }

    private record Certified(
            ServeSettings settings,
            Optional<TlsSource> source,
            Optional<DevelopmentFiles> kept,
            boolean isDevelopment,
            CompletionStage<ActorSystem<Void>> system)
            implements Prepared {
        @Override
        public Optional<TlsContext> tls() {
            return source.map(TlsSource::first);
        }

        @Override
        public List<String> warnings() {
            List<String> warnings = new ArrayList<>(tls().map(TlsContext::warnings)
                    .orElse(List.of(
                            "penstock.plaintext: true (everything is sent in the clear; for development only)")));
            String host = settings.server().host();
            if (isDevelopment && !isLoopback(host)) {
                warnings.add("penstock.host: " + host + " (other hosts are shown the development certificate, so that"
                        + " their clients refuse it; remedy: --cert with a certificate of yours, or --host 127.0.0.1)");
            }
            return warnings;
        }

        /** By its looks: a name is not resolved for a warning. */
        private static boolean isLoopback(String host) {
            return host.equals("localhost")
                    || HostNames.address(host)
                            .filter(InetAddress::isLoopbackAddress)
                            .isPresent();
        }

        @Override
        public Optional<String> development() {
            if (!isDevelopment) {
                return Optional.empty();
            }
            return Optional.of(kept.map(files -> "none configured, so the development one: " + files.certificate())
                    .orElse("none configured, so serve makes a development one"));
        }

        @Override
        public Optional<String> trustCommand(int port) {
            return kept.map(files -> files.trustCommand(port));
        }

        @Override
        public CompletionStage<RunningServer> start() {
            return system.thenCompose(this::start);
        }

        private CompletionStage<RunningServer> start(ActorSystem<Void> started) {
            Counters counters = new Counters();
            settings.log().summaryInterval().ifPresent(interval -> summarise(started, interval, counters));
            return TlsServer.bind(
                            started,
                            settings.server(),
                            source,
                            ProcessorSupervisor.create(settings.processors(), settings.supervision()),
                            EventLog.create().and(counters))
                    .<RunningServer>thenApply(server -> new Running(started, server, counters))
                    .whenComplete((server, failure) -> {
                        if (failure != null) {
                            started.terminate();
                        }
                    });
        }
    }

    /** The counters, while they change: a server that idles has nothing to say. */
    private static void summarise(ActorSystem<Void> system, Duration interval, Counters counters) {
        AtomicReference<String> last = new AtomicReference<>(counters.toString());
        system.scheduler()
                .scheduleAtFixedRate(
                        interval,
                        interval,
                        () -> {
                            String now = counters.toString();
                            if (!now.equals(last.getAndSet(now))) {
                                LOG.info(now);
                            }
                        },
                        system.executionContext());
    }

    private record Running(ActorSystem<Void> system, TlsServer server, Counters counters) implements RunningServer {
        @Override
        public int port() {
            return server.localAddress().getPort();
        }

        @Override
        public CompletionStage<ReloadResult> reload() {
            return server.reload();
        }

        @Override
        public CompletionStage<Drained> drain() {
            return server.drain().thenCompose(drained -> {
                LOG.info("{}", counters);
                system.terminate();
                // A processor that hangs keeps its actor system for ever; the process ends all the same.
                return system.getWhenTerminated()
                        .toCompletableFuture()
                        .thenApply(terminated -> drained)
                        .completeOnTimeout(drained, TERMINATION_MILLIS, TimeUnit.MILLISECONDS);
            });
        }

        @Override
        public CompletionStage<Void> failed() {
            return server.whenStopped().thenAccept(stopped -> {});
        }
    }
}
