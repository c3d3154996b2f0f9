package io.penstock.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.ProcessorSupervisor;
import io.penstock.processor.SupervisionSettings;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.server.ServerSettings;
import io.penstock.server.TlsServer;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.Identity;
import io.penstock.server.tls.TlsSettings;
import io.penstock.testkit.hostile.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.Behavior;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A TLS server on a free port with a throw-away CA, for the time of a test (an instance field) or of a test class (a
 * static field).
 *
 * <pre>
 *   &#64;RegisterExtension
 *   final PenstockExtension penstock = PenstockExtension.create().with("protocol", "lines");
 *
 *   &#64;Test
 *   void greets() {
 *       try (TlsClient client = penstock.connect()) {
 *           client.send("hello\n");
 *           penstock.probe().expectOpen();
 *           penstock.probe().expectFrames("hello");
 *       }
 *   }
 * </pre>
 *
 * Without {@link #processor} the {@link #probe()} is the processor.
 */
public final class PenstockExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final Duration PATIENCE = Duration.ofMillis(TlsClient.PATIENCE_MILLIS);

    private final Map<String, Object> settings = new HashMap<>();
    private final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
    private TestCa ca = new TestCa();
    private ClientAuth clientAuth = ClientAuth.NONE;
    private @Nullable ProcessorFactory processors;
    private boolean shared;
    private @Nullable Running running;

    private record Running(ActorTestKit kit, ProcessorProbe probe, TlsServer server, Path directory) {}

    private PenstockExtension() {}

    /** A server with default settings, whose processor is the probe. */
    public static PenstockExtension create() {
        return new PenstockExtension();
    }

    /** Sets a key below {@code penstock}. */
    public PenstockExtension with(String key, Object value) {
        settings.put(key, value);
        return this;
    }

    /** Asks clients for a certificate of {@link #ca()}. */
    public PenstockExtension clientAuth(ClientAuth asked) {
        clientAuth = asked;
        return this;
    }

    /** The processor under test, supervised as in production. */
    public PenstockExtension processor(ProcessorFactory factory) {
        processors = factory;
        return this;
    }

    /** Takes a CA of the test's own, for certificates that are made before the server. */
    public PenstockExtension ca(TestCa own) {
        ca = own;
        return this;
    }

    /** The throw-away CA. */
    public TestCa ca() {
        return ca;
    }

    /** The server that is running. */
    public TlsServer server() {
        return running().server();
    }

    /** The probe in the processor's place. */
    public ProcessorProbe probe() {
        return running().probe();
    }

    /** The actor system's testkit, for probes of the test's own. */
    public ActorTestKit kit() {
        return running().kit();
    }

    /** A client that trusts the CA and shows no certificate. */
    public TlsClient connect() {
        return TlsClient.connect(server().localAddress(), ca.clientContext(Optional.empty()));
    }

    /** A client with a certificate. */
    public TlsClient connect(Identity identity) {
        return TlsClient.connect(server().localAddress(), ca.clientContext(Optional.of(identity)));
    }

    /** A client without a certificate, by way of a relay. */
    public TlsClient connect(FaultyRelay network) {
        return TlsClient.connect(network.address(), ca.clientContext(Optional.empty()));
    }

    /** A network before the server, whose faults the test chooses. */
    public FaultyRelay relay() {
        return FaultyRelay.to(server().localAddress());
    }

    /** The server, for hostile clients. */
    public Target target() {
        return Target.of(server().localAddress(), ca.clientContext(Optional.empty()));
    }

    /**
     * The next event of a kind; others before it are passed over.
     *
     * @throws AssertionError when none comes
     */
    public <E extends ConnectionEvent> E awaitEvent(Class<E> type) {
        try {
            while (true) {
                ConnectionEvent event = events.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                if (event == null) {
                    throw new AssertionError("no " + type.getSimpleName() + " within " + PATIENCE);
                }
                if (type.isInstance(event)) {
                    return type.cast(event);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        shared = true;
        start();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        if (!shared) {
            start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (!shared) {
            stop();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        stop();
    }

    private void start() throws IOException {
        Path directory = Files.createTempDirectory("penstock-test");
        TlsSettings tls = ca.serverSettings(directory, clientAuth);
        Config config = config(tls);
        ActorTestKit kit = ActorTestKit.create("penstock-test", config);
        ProcessorProbe probe = new ProcessorProbe(kit.system());
        TlsServer server = TlsServer.bind(
                        kit.system(), ServerSettings.from(config), supervisor(config, probe), events::add)
                .toCompletableFuture()
                .join();
        running = new Running(kit, probe, server, directory);
    }

    private Behavior<SupervisorProtocol.Command> supervisor(Config config, ProcessorProbe probe) {
        return processors == null
                ? ProcessorSupervisor.create(probe.ref())
                : ProcessorSupervisor.create(processors, SupervisionSettings.from(config));
    }

    private Config config(TlsSettings tls) {
        Map<String, Object> all = new HashMap<>();
        all.put("host", "127.0.0.1");
        all.put("port", 0);
        all.put("drain-timeout", "5s");
        all.put("tls.cert", tls.certificate().cert().orElseThrow().toString());
        all.put("tls.key", tls.certificate().key().orElseThrow().toString());
        all.put("tls.client-auth", clientAuth.name().toLowerCase(Locale.ROOT));
        tls.trust().clientCa().ifPresent(file -> all.put("tls.client-ca", file.toString()));
        all.putAll(settings);
        Config config = ConfigFactory.empty();
        for (Map.Entry<String, Object> entry : all.entrySet()) {
            config = config.withValue(
                    "penstock." + entry.getKey(), ConfigValueFactory.fromAnyRef(entry.getValue(), "the test"));
        }
        return config.withFallback(ConfigFactory.load());
    }

    private void stop() throws IOException {
        Running stopping = running();
        running = null;
        stopping.server().drain(Duration.ofMillis(500)).toCompletableFuture().join();
        stopping.kit().shutdownTestKit();
        try (Stream<Path> files = Files.list(stopping.directory())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(stopping.directory());
    }

    private Running running() {
        return Objects.requireNonNull(running, "the server runs within tests only");
    }
}
