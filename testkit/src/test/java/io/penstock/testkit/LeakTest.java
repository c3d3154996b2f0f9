package io.penstock.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.processor.ProcessorSupervisor;
import io.penstock.processor.Session;
import io.penstock.processor.SupervisionSettings;
import io.penstock.protocol.ListenerProtocol;
import io.penstock.protocol.ListenerProtocol.Connections;
import io.penstock.server.Counters;
import io.penstock.server.ServerSettings;
import io.penstock.server.TlsServer;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.tls.TlsSettings;
import io.penstock.testkit.hostile.GarbageClient;
import io.penstock.testkit.hostile.HalfHandshakeClient;
import io.penstock.testkit.hostile.HostileClient;
import io.penstock.testkit.hostile.PlaintextClient;
import io.penstock.testkit.hostile.ProxySpoofClient;
import io.penstock.testkit.hostile.ReconnectingClient;
import io.penstock.testkit.hostile.RenegotiatingClient;
import io.penstock.testkit.hostile.ResettingClient;
import io.penstock.testkit.hostile.Target;
import io.penstock.testkit.hostile.TruncatingClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What connections leave behind, however they end: nothing. {@code -Dsuites.connections=200000} makes the
 * figures mean something; {@code suites/leaks} does so.
 */
@SuppressWarnings("NullAway.Init")
class LeakTest {
    private static final int CONNECTIONS = Integer.getInteger("suites.connections", 160);
    private static final int CLIENTS = 32;
    /** Of heap after a collection, in percent of what there was before; a short run has more noise than that. */
    private static final int HEAP_BOUND = CONNECTIONS < 100_000 ? 25 : 2;

    private static final byte[] HTTP = "GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 48};

    private enum Ending {
        ORDERLY,
        TRUNCATED,
        RESET,
        HALF_CLOSED,
        GARBAGE,
        PLAINTEXT,
        PROXY_HEADER,
        HALF_A_WORD,
        HALF_A_HANDSHAKE,
        AN_ALERT,
        AT_ONCE,
        REFUSED_VERSION,
        RENEGOTIATION,
        GARBAGE_AFTER_THE_HANDSHAKE
    }

    private final TestCa ca = new TestCa();
    private final SSLContext context = client(ca);
    private ActorTestKit kit;
    private InetSocketAddress address;

    /** It remembers few sessions, since 20,000 of them would look like a leak of the server's. */
    private static SSLContext client(TestCa ca) {
        SSLContext context = ca.clientContext(Optional.empty());
        context.getClientSessionContext().setSessionCacheSize(100);
        return context;
    }

    private record Figures(long descriptors, long actors, long threads, long heap) {}

    @Test
    void nothingIsLeftBehindByAnyEnding(@TempDir Path directory) throws Exception {
        TlsSettings tls = ca.serverSettings(directory, ClientAuth.NONE);
        Config config = ConfigFactory.parseString(String.format(
                        Locale.ROOT,
                        "penstock { host = 127.0.0.1, port = 0, close-linger = 100ms, tls { cert = \"%s\", key = \"%s\" } }",
                        tls.certificate().cert().orElseThrow(),
                        tls.certificate().key().orElseThrow()))
                .withFallback(ConfigFactory.load());
        kit = ActorTestKit.create("leaks", config);
        try {
            Counters counters = new Counters();
            TlsServer server = TlsServer.bind(
                            kit.system(),
                            ServerSettings.from(config),
                            ProcessorSupervisor.create(() -> Session::send, SupervisionSettings.from(config)),
                            counters)
                    .toCompletableFuture()
                    .join();
            address = server.localAddress();
            endAll(Math.max(80, CONNECTIONS / 20)); // what is made once: classes, pools, buffers, caches
            Figures before = quiet(server);
            long begun = System.nanoTime();
            endAll(CONNECTIONS);
            long took = Duration.ofNanos(System.nanoTime() - begun).toMillis();
            Figures after = quiet(server);
            System.out.printf(
                    Locale.ROOT,
                    "%d connections in %d ms%nbefore %s%nafter  %s%n%s%n",
                    CONNECTIONS,
                    took,
                    before,
                    after,
                    counters);
            assertThat(counters.totals().open()).isZero();
            assertThat(counters.totals().ended().get(io.penstock.protocol.ConnectionEnd.Kind.INTERNAL_ERROR))
                    .isZero();
            assertThat(after.descriptors()).as("descriptors").isLessThanOrEqualTo(before.descriptors());
            assertThat(after.actors()).as("actors").isLessThanOrEqualTo(before.actors());
            assertThat(after.heap()).as("heap").isLessThan(before.heap() / 100 * (100 + HEAP_BOUND));
        } finally {
            kit.shutdownTestKit();
        }
    }

    private void endAll(int connections) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<Object>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int first = client;
                running.add(clients.submit(() -> {
                    for (int i = first; i < connections; i += CLIENTS) {
                        end(Ending.values()[i % Ending.values().length], i);
                    }
                    return connections;
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    /** From addresses of their own, as the ports of one would be used up by those in TIME_WAIT. */
    private Target target(int number) throws IOException {
        return Target.of(address, context).from(InetAddress.getByAddress(new byte[] {
            127, 0, (byte) (1 + number / 200 % 200), (byte) (1 + number % 200)
        }));
    }

    private static Socket tcp(Target target) throws IOException {
        InetSocketAddress server = target.server();
        Socket socket = new Socket(
                server.getAddress(), server.getPort(), target.source().orElseThrow(), 0);
        socket.setSoTimeout(TlsClient.PATIENCE_MILLIS);
        return socket;
    }

    private void end(Ending ending, int number) throws IOException {
        Target target = target(number);
        switch (ending) {
            case TRUNCATED -> attack(new TruncatingClient(target, HTTP));
            case RESET -> attack(new ResettingClient(target, HTTP));
            case GARBAGE -> attack(new GarbageClient(target, number, 100));
            case PLAINTEXT -> attack(new PlaintextClient(target));
            case PROXY_HEADER -> attack(ProxySpoofClient.version2(target));
            case RENEGOTIATION -> attack(new RenegotiatingClient(target));
            case HALF_A_WORD -> new ReconnectingClient(target, 1).attack().close();
            case HALF_A_HANDSHAKE -> new HalfHandshakeClient(target).attack().close();
            default -> endByHand(ending, target, number);
        }
    }

    private static void attack(HostileClient client) {
        try (client) {
            client.attack().awaitEnd();
        }
    }

    private void endByHand(Ending ending, Target target, int number) throws IOException {
        try (Socket socket = tcp(target)) {
            switch (ending) {
                case AT_ONCE -> {
                    // Closed by the block.
                }
                case AN_ALERT -> sendAndRead(socket, ALERT);
                case REFUSED_VERSION -> sendAndRead(socket, oldHello());
                default -> endOpen(ending, socket, number % 28 < 14 ? "TLSv1.3" : "TLSv1.2");
            }
        }
    }

    /** SSL 3.0 and nothing else. */
    private static byte[] oldHello() {
        byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 4 + 2];
        byte[] head = {22, 3, 0, 0, 45, 1, 0, 0, 41, 3, 0};
        System.arraycopy(head, 0, hello, 0, head.length);
        hello[45] = 2; // bytes of cipher suites
        hello[46] = (byte) 0xc0;
        hello[47] = 0x2b;
        hello[48] = 1;
        return hello;
    }

    private static void sendAndRead(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        try (InputStream in = socket.getInputStream()) {
            in.readAllBytes();
        }
    }

    private void endOpen(Ending ending, Socket socket, String version) throws IOException {
        SSLSocket tls =
                (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", address.getPort(), false);
        tls.setEnabledProtocols(new String[] {version});
        tls.startHandshake();
        tls.getOutputStream().write(HTTP);
        if (tls.getInputStream().readNBytes(HTTP.length).length != HTTP.length) {
            throw new AssertionError("no echo");
        }
        switch (ending) {
            case ORDERLY -> tls.close();
            case HALF_CLOSED -> {
                tls.shutdownOutput();
                tls.getInputStream().readAllBytes();
            }
            default -> sendAndRead(socket, HTTP); // garbage after the handshake
        }
    }

    /** Once no connection is there any more, and a collection has been made. */
    private Figures quiet(TlsServer server) throws Exception {
        TestProbe<Connections> probe = kit.createTestProbe();
        do {
            server.listener().tell(new ListenerProtocol.GetConnections(probe.getRef()));
        } while (!probe.receiveMessage(Duration.ofSeconds(20)).connections().isEmpty());
        probe.stop();
        Figures now = figures();
        for (int i = 0; i < 5; i++) {
            // What has ended is taken down by other threads, at their leisure; a collection takes longer than that.
            Figures next = figures();
            now = new Figures(
                    Math.min(now.descriptors(), next.descriptors()),
                    Math.min(now.actors(), next.actors()),
                    next.threads(),
                    Math.min(now.heap(), next.heap()));
        }
        return now;
    }

    private Figures figures() throws IOException {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long actors = kit.system().printTree().lines().count();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        return new Figures(descriptors(), actors, Thread.activeCount(), heap);
    }

    /** Only Linux says. */
    private static long descriptors() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(descriptors)) {
            return open.count();
        }
    }
}
