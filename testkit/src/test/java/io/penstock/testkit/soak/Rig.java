package io.penstock.testkit.soak;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.processor.Processor;
import io.penstock.processor.ProcessorSupervisor;
import io.penstock.processor.Session;
import io.penstock.processor.SupervisionSettings;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ListenerProtocol;
import io.penstock.protocol.ListenerProtocol.Connections;
import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.server.Counters;
import io.penstock.server.ServerSettings;
import io.penstock.server.TlsServer;
import io.penstock.server.loop.LoopConfig;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.PemFiles;
import io.penstock.testkit.TestCa;
import io.penstock.testkit.TlsClient;
import io.penstock.testkit.hostile.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.util.ByteString;

/** A server for each {@link Port} in one actor system, with one quarantine, one budget of memory and one set of counters. */
final class Rig implements AutoCloseable {
    /** The second byte of 127.0.0.0/8 from where nobody may come. */
    static final byte DENIED = 66;

    private static final Duration HASTE = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMillis(TlsClient.PATIENCE_MILLIS);

    /** Tight, so that each limit is met. */
    private static final String COMMON = """
            penstock {
              host = 127.0.0.1, port = 0, ack = processed, max-frame-size = 2KiB, memory = 16MiB
              handshake-timeout = 10s, write-timeout = 5s, close-linger = 100ms
              admission { deny = ["127.66.0.0/16"], address-rate = 60, address-connections = 48, handshakes = 64 }
              proxy-protocol { mode = optional, trusted = ["192.0.2.0/24"] }
              processor-restart { min-backoff = 1ms, max-backoff = 10ms }
              quarantine { max-size = 64MiB, when-full = drop-oldest }
            }
            """;

    private final Path directory;
    private final TestCa ca = new TestCa();
    private final SSLContext context = client(ca);
    private final Evidence evidence = new Evidence();
    private final Counters counters = new Counters();
    private final Ledger ledger = new Ledger();
    private final Map<Port, TlsServer> servers = new EnumMap<>(Port.class);
    private final ActorTestKit kit;

    Rig(Path directory) throws IOException {
        this.directory = directory;
        ca.serverSettings(directory, ClientAuth.OPTIONAL);
        kit = ActorTestKit.create("soak", config(Port.ECHO));
        for (Port port : Port.values()) {
            Config config = config(port);
            servers.put(
                    port,
                    TlsServer.bind(
                                    kit.system(),
                                    ServerSettings.from(config),
                                    ProcessorSupervisor.create(this::processor, SupervisionSettings.from(config)),
                                    counters.and(ledger).and(this::onCut))
                            .toCompletableFuture()
                            .join());
        }
    }

    /** Once its connection has been cut, and not before, a frame that is stuck may go on. */
    private void onCut(ConnectionEvent event) {
        if (event instanceof Closed closed && closed.end().kind() == Kind.CUT) {
            evidence.release();
        }
    }

    /** It remembers few sessions, so that they do not look like a leak of the server's. */
    private static SSLContext client(TestCa ca) {
        SSLContext context = ca.clientContext(Optional.empty());
        context.getClientSessionContext().setSessionCacheSize(100);
        return context;
    }

    /** As the standalone server has it, event loops and all. */
    private Config config(Port port) {
        return LoopConfig.complete(ConfigFactory.parseString("penstock { " + port.settings + " }")
                .withFallback(ConfigFactory.parseString(COMMON))
                .withFallback(ConfigFactory.parseMap(Map.of(
                        "penstock.tls.cert", file("cert.pem").toString(),
                        "penstock.tls.key", file("key.pem").toString(),
                        "penstock.tls.client-auth", "optional",
                        "penstock.tls.client-ca", file("ca.pem").toString(),
                        "penstock.quarantine.path", quarantine().toString())))
                .withFallback(ConfigFactory.parseResources("penstock-loops.conf"))
                .withFallback(ConfigFactory.load())
                .resolve());
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private Path quarantine() {
        return directory.resolve("quarantine");
    }

    private Processor processor() {
        evidence.processors.increment();
        return new Processor() {
            @Override
            public void process(Session session, ByteString frame) throws Exception {
                evidence.came(frame.utf8String());
            }
        };
    }

    TestCa ca() {
        return ca;
    }

    Evidence evidence() {
        return evidence;
    }

    Counters counters() {
        return counters;
    }

    Ledger ledger() {
        return ledger;
    }

    ActorTestKit kit() {
        return kit;
    }

    Collection<TlsServer> servers() {
        return servers.values();
    }

    TlsServer server(Port port) {
        return Objects.requireNonNull(servers.get(port));
    }

    /** For hostile clients. */
    Target target(Port port) {
        return Target.of(server(port).localAddress(), context);
    }

    /** As an honest client. */
    TlsClient client(Port port) {
        try {
            return TlsClient.connect(server(port).localAddress(), context);
        } catch (UncheckedIOException e) {
            throw new UncheckedIOException(
                    "no connection to " + port + ", which is " + server(port).state(), e.getCause());
        }
    }

    Sender connect(Port port) {
        TlsClient client = client(port);
        return port == Port.RELP ? new RelpSender(client, evidence) : new LineSender(client, port, evidence);
    }

    /** Another certificate, in place of the one in use. */
    void renewCertificate() throws IOException {
        Identity identity = ca.server("localhost", "127.0.0.1");
        PemFiles.writeKey(file("next-key.pem"), identity.key());
        PemFiles.writeCertificates(file("next-cert.pem"), identity.chain());
        Files.move(file("next-key.pem"), file("key.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(file("next-cert.pem"), file("cert.pem"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** How many frames are in quarantine. */
    long setAside() throws IOException {
        try (Stream<Path> files = Files.list(quarantine())) {
            return files.filter(file -> file.getFileName().toString().endsWith(".frame"))
                    .count();
        }
    }

    /** Waits until nobody is connected. */
    void awaitQuiet() {
        TestProbe<Connections> probe = kit.createTestProbe();
        for (TlsServer server : servers()) {
            do {
                server.listener().tell(new ListenerProtocol.GetConnections(probe.getRef()));
            } while (!probe.receiveMessage(PATIENCE).connections().isEmpty());
        }
        probe.stop();
    }

    /**
     * All at once; what is cut and lost by all of them together.
     *
     * @param hasty gives up soon, since something is stuck there
     */
    Drained drain(Port hasty) {
        List<CompletableFuture<Drained>> drains = new ArrayList<>();
        servers.forEach((port, server) ->
                drains.add(server.drain(port == hasty ? HASTE : PATIENCE).toCompletableFuture()));
        int cut = 0;
        long frames = 0;
        long bytes = 0;
        for (CompletableFuture<Drained> drain : drains) {
            Drained drained = drain.join();
            cut += drained.cut();
            frames += drained.lostFrames();
            bytes += drained.lostBytes();
        }
        return new Drained(cut, frames, bytes);
    }

    @Override
    public void close() {
        evidence.release();
        kit.shutdownTestKit();
    }
}
