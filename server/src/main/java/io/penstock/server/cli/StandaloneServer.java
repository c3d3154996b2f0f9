package io.penstock.server.cli;

import com.typesafe.config.Config;
import io.penstock.processor.ProcessorSupervisor;
import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.server.Counters;
import io.penstock.server.EventLog;
import io.penstock.server.ServerSettings;
import io.penstock.server.TlsServer;
import io.penstock.server.pki.DevelopmentCa;
import io.penstock.server.pki.DevelopmentFiles;
import io.penstock.server.tls.TlsContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    private static final int TERMINATION_SECONDS = 1;

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
        ServerSettings server = settings.server();
        Optional<DevelopmentFiles> development = server.tls()
                .filter(tls -> tls.certificate().isDevelopment())
                .map(tls ->
                        DevelopmentCa.ensure(DevelopmentCa.home(environment), server.hostname(), Clock.systemUTC()));
        Optional<TlsContext> tls = server.tls()
                .map(configured -> development
                        .map(files -> configured.withCertificate(files.files()))
                        .orElse(configured))
                .map(used -> TlsContext.load(used, server.hostname(), Clock.systemUTC()));
        return new Certified(settings, tls, development, system);
    }

    private record Certified(
            ServeSettings settings,
            Optional<TlsContext> tls,
            Optional<DevelopmentFiles> development,
            CompletionStage<ActorSystem<Void>> system)
            implements Prepared {
        @Override
        public List<String> warnings() {
            return tls.map(TlsContext::warnings)
                    .orElse(List.of(
                            "penstock.plaintext: true (everything is sent in the clear; for development only)"));
        }

        @Override
        public Optional<String> trustCommand(int port) {
            return development.map(files -> files.trustCommand(port));
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
                            tls,
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
        public CompletionStage<Drained> drain() {
            return server.drain().thenCompose(drained -> {
                LOG.info("{}", counters);
                system.terminate();
                // A processor that hangs keeps its actor system for ever; the process ends all the same.
                return system.getWhenTerminated()
                        .toCompletableFuture()
                        .thenApply(terminated -> drained)
                        .completeOnTimeout(drained, TERMINATION_SECONDS, TimeUnit.SECONDS);
            });
        }

        @Override
        public CompletionStage<Void> failed() {
            return server.whenStopped().thenAccept(stopped -> {});
        }
    }
}
