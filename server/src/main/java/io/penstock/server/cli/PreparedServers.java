package io.penstock.server.cli;

import io.penstock.server.Counters;
import io.penstock.server.EventLog;
import io.penstock.server.LoadedListener;
import io.penstock.server.ServerSettings;
import io.penstock.server.Servers;
import io.penstock.server.cli.ServerStarter.Prepared;
import io.penstock.server.cli.ServerStarter.PreparedListener;
import io.penstock.server.pki.DevelopmentFiles;
import io.penstock.server.pki.HostNames;
import io.penstock.server.tls.TlsContext;
import io.penstock.server.tls.TlsSource;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listeners with their certificates, and an actor system that is on its way.
 *
 * @param kept the development certificate; empty: there is none, or it is gone when the server starts
 */
record PreparedServers(
        ServeSettings settings,
        List<LoadedListener> loaded,
        Optional<DevelopmentFiles> kept,
        CompletionStage<ActorSystem<Void>> system)
        implements Prepared {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.LOGGER);

    @Override
    public List<PreparedListener> listeners() {
        return loaded.stream()
                .<PreparedListener>map(listener -> new Certified(listener, kept))
                .toList();
    }

    @Override
    public List<String> warnings() {
        return loaded.stream()
                .flatMap(listener -> warnings(listener).stream())
                .distinct()
                .toList();
    }

    private static List<String> warnings(LoadedListener listener) {
        List<String> warnings = new ArrayList<>(listener.warnings());
        String host = listener.settings().server().host();
        if (isDevelopment(listener) && !isLoopback(host)) {
            warnings.add("penstock." + listener.settings().names().of("host") + ": " + host
                    + " (other hosts are shown the development certificate, so that"
                    + " their clients refuse it; remedy: --cert with a certificate of yours, or --host 127.0.0.1)");
        }
        return warnings;
    }

    private static boolean isDevelopment(LoadedListener listener) {
        ServerSettings server = listener.settings().server();
        return server.tls().filter(tls -> tls.certificate().isDevelopment()).isPresent();
    }

    /** By its looks: a name is not resolved for a warning. */
    private static boolean isLoopback(String host) {
        return host.equals("localhost")
                || HostNames.address(host)
                        .filter(InetAddress::isLoopbackAddress)
                        .isPresent();
    }

    private record Certified(LoadedListener listener, Optional<DevelopmentFiles> kept) implements PreparedListener {
        @Override
        public Optional<TlsContext> tls() {
            return listener.tls().map(TlsSource::first);
        }

        @Override
        public Optional<String> development() {
            if (!isDevelopment(listener)) {
                return Optional.empty();
            }
            return Optional.of(kept.map(files -> "none configured, so the development one: " + files.certificate())
                    .orElse("none configured, so serve makes a development one"));
        }

        @Override
        public Optional<String> trustCommand(int port) {
            return kept.filter(files -> isDevelopment(listener)).map(files -> files.trustCommand(port));
        }
    }

    @Override
    public CompletionStage<RunningServer> start() {
        return system.thenCompose(this::start);
    }

    private CompletionStage<RunningServer> start(ActorSystem<Void> started) {
        Counters counters = new Counters();
        settings.log().summaryInterval().ifPresent(interval -> summarise(started, interval, counters));
        return Servers.bind(started, loaded, EventLog.create().and(counters))
                .<RunningServer>thenApply(servers -> new RunningServers(started, servers, counters))
                .whenComplete((server, failure) -> {
                    if (failure != null) {
                        started.terminate();
                    }
                });
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
}
