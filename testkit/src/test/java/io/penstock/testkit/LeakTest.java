package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.processor.Processor;
import io.penstock.processor.ProcessorSupervisor;
import io.penstock.processor.Session;
import io.penstock.processor.SupervisionSettings;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.server.Counters;
import io.penstock.server.ServerSettings;
import io.penstock.server.TlsServer;
import io.penstock.server.loop.LoopConfig;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.tls.TlsSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What connections and listeners leave behind, however they end: nothing. {@code -Dsuites.connections=200000} makes the
 * figures mean something; {@code suites/leaks} does so.
 */
@SuppressWarnings({"NullAway.Init", "InlineFormatString"}) // settings are read more easily before the code
class LeakTest {
    private static final int CONNECTIONS = Integer.getInteger("suites.connections", 110);
    /** No multiple of it is the number of endings: else one client would have all that take seconds. */
    private static final int CLIENTS = 25;
    /** Connections that one listener sees, from its bind to its drain. */
    private static final int OF_A_LISTENER = 10_000;
    /** Of live heap, in percent of what there was before; a short run has more noise than that. */
    private static final int HEAP_BOUND = CONNECTIONS < 100_000 ? 25 : 2;

    private static final String SETTINGS = """
            penstock {
              host = 127.0.0.1, port = 0, protocol = lines, max-frame-size = 1KiB
              tls { cert = "%s", key = "%s", engine = %s }
              admission.deny = %s
              proxy-protocol { mode = optional, trusted = %s }
              processor-restart.min-backoff = 10ms
              # Over soon, so that many connections fit into a minute.
              handshake-timeout = 3s, first-byte-timeout = 3s, write-timeout = 2s, close-linger = 200ms, drain-timeout = 500ms
              # Never over, so that each connection has their timers when it ends.
              idle-timeout = 1h, read-idle-timeout = 1h, write-idle-timeout = 1h, max-lifetime = 1h
            }
            # What is cancelled is gone after one turn of the wheel.
            pekko.scheduler.ticks-per-wheel = 64
            """;

    /** Does as it is told; hangs for as long as its listener drains. */
    private record Obedient(Gate drained) implements Processor {
        @Override
        public void process(Session session, ByteString frame) throws Exception {
            switch (frame.utf8String()) {
                case Endings.FAIL -> throw new IOException("as it was told");
                case Endings.BYE -> session.disconnect("as it was told");
                case Endings.HANG -> drained.pass("hanging");
                default -> session.send(frame);
            }
        }
    }

    private final TestCa ca = new TestCa();
    private final SSLContext context = client(ca);
    private final Counters counters = new Counters();
    private ActorTestKit kit;
    private Config config;

    /** It remembers few sessions, since 20,000 of them would look like a leak of the server's. */
    private static SSLContext client(TestCa ca) {
        SSLContext context = ca.clientContext(Optional.empty());
        context.getClientSessionContext().setSessionCacheSize(100);
        return context;
    }

    @Test
    void nothingIsLeftBehindByAnyEnding(@TempDir Path directory) throws Exception {
        TlsSettings tls = ca.serverSettings(directory, ClientAuth.NONE);
        config = LoopConfig.complete(ConfigFactory.parseString(String.format(
                        Locale.ROOT,
                        SETTINGS,
                        tls.certificate().cert().orElseThrow(),
                        tls.certificate().key().orElseThrow(),
                        System.getProperty("suites.engine", "auto"),
                        Endings.DENIED,
                        Endings.PROXIES))
                .withFallback(ConfigFactory.parseResources("penstock-loops.conf"))
                .withFallback(ConfigFactory.load())
                .resolve());
        kit = ActorTestKit.create("leaks", config);
        try {
            endAll(Math.max(66, CONNECTIONS / 20)); // what is made once: classes, pools, buffers, caches
            Inventory before = Inventory.settled(kit.system());
            long begun = System.nanoTime();
            endAll(CONNECTIONS);
            long took = Duration.ofNanos(System.nanoTime() - begun).toMillis();
            Inventory after = Inventory.settled(kit.system());
            System.out.printf(
                    Locale.ROOT, "%d connections in %d ms%n%s%s%n", CONNECTIONS, took, after.besides(before), counters);
            assertThat(after.beyond(before)).isEmpty();
            assertThat(after.heap()).as("heap").isLessThan(before.heap() / 100 * (100 + HEAP_BOUND));
            assertThat(counters.totals().open()).isZero();
            assertEveryEnding(counters.totals().ended());
        } finally {
            kit.shutdownTestKit();
        }
    }

    private static void assertEveryEnding(Map<Kind, Long> ended) {
        for (Kind kind : Kind.values()) {
            if (kind == Kind.INTERNAL_ERROR) {
                assertThat(ended.get(kind)).as(kind.words()).isZero();
            } else {
                assertThat(ended.get(kind)).as(kind.words()).isPositive();
            }
        }
    }

    private void endAll(int connections) throws Exception {
        for (int first = 0; first < connections; first += OF_A_LISTENER) {
            endAll(first, Math.min(connections, first + OF_A_LISTENER));
        }
    }

    /** At a listener of their own. */
    private void endAll(int first, int end) throws Exception {
        Gate drained = new Gate();
        TlsServer server = TlsServer.bind(
                        kit.system(),
                        ServerSettings.from(config),
                        ProcessorSupervisor.create(() -> new Obedient(drained), SupervisionSettings.from(config)),
                        counters)
                .toCompletableFuture()
                .join();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (Endings left = new Endings(server.localAddress(), context)) {
            List<Future<Object>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int own = first + client;
                running.add(clients.submit(() -> {
                    try (Endings endings = new Endings(server.localAddress(), context)) {
                        for (int number = own; number < end; number += CLIENTS) {
                            endings.end(number);
                        }
                    }
                    return own;
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
            left.leaveOpen(1, "");
            left.leaveOpen(2, Endings.HANG);
            drained.awaitReached();
            server.drain().toCompletableFuture().join();
        } finally {
            drained.release();
            clients.shutdownNow();
        }
    }
}
