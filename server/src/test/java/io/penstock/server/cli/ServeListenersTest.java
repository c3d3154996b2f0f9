package io.penstock.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.server.ReloadResult;
import io.penstock.server.cli.ServerStarter.Prepared;
import io.penstock.server.cli.ServerStarter.PreparedListener;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several listeners of the real server. It is told to stop while it starts, and what a test wants of it happens when it
 * is about to drain, so that each run is one thread and needs no waiting.
 */
@Timeout(60)
class ServeListenersTest {
    private static final byte[] FRAME = {0, 2, 'h', 'i'};

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, Runnable> signals = new HashMap<>();

    private Path file(String... lines) throws IOException {
        return Files.writeString(directory.resolve("app.conf"), String.join("\n", lines));
    }

    private Map<String, String> environment() {
        return Map.of("PENSTOCK_HOME", directory.resolve("home").toString());
    }

    private int serve(Consumer<List<Integer>> whenRunning, String... words) {
        ServerStarter real = new StandaloneServer();
        ServerStarter starter = new ServerStarter() {
            @Override
            public void begin(Config config) {
                real.begin(config);
            }

            @Override
            public Prepared prepare(ServeSettings settings, Map<String, String> environment) {
                return new Watched(real.prepare(settings, environment), whenRunning);
            }
        };
        ServeRun.Surroundings process = new ServeRun.Surroundings(signals::put, code -> {}, 42);
        Terminal terminal = new Terminal(Run.stream(out), Run.stream(err), environment());
        List<String> all = new ArrayList<>(List.of("serve"));
        all.addAll(List.of(words));
        return new CommandLineProgram(
                        terminal,
                        starter,
                        (variables, hostname) -> {
                            throw new AssertionError("not to be made");
                        },
                        process)
                .run(all.toArray(String[]::new));
    }

    @Test
    void eachHasItsProtocolAndItsTlsAndAllDrain() throws IOException {
        Path ready = directory.resolve("ready");
        Path file = file(
                "penstock {",
                "  host = 127.0.0.1, port = 0, processor = echo",
                "  listeners {",
                "    secure { protocol = lines, tls.profile = modern }",
                "    local { protocol = \"length:2\", plaintext = true }",
                "  }",
                "}");
        List<String> seen = new ArrayList<>();

        int code = serve(
                ports -> {
                    seen.add(read(ready));
                    seen.add(secured(ports.get(0)).out());
                    seen.add(inTheClear(ports.get(1)));
                    seen.add(ports.toString());
                },
                "--ready-file",
                ready.toString(),
                file.toString());

        assertThat(code).as(Run.text(err)).isZero();
        assertThat(seen.get(1)).isEqualTo("hello\n");
        assertThat(seen.get(2)).isEqualTo("hi");
        List<Integer> ports =
                ConfigFactory.parseString("ports = " + seen.get(3)).getIntList("ports");
        Config json = ConfigFactory.parseString(seen.get(0));
        assertThat(json.getInt("port")).isEqualTo(ports.get(0));
        assertThat(json.getConfigList("listeners"))
                .extracting(entry -> entry.getString("name") + entry.getInt("port"))
                .containsExactly("secure" + ports.get(0), "local" + ports.get(1));
        assertThat(Run.text(err))
                .contains("listening on 127.0.0.1:" + ports.get(0))
                .containsPattern("listening on 127\\.0\\.0\\.1:" + ports.get(1) + ".* \\(local\\)\n")
                .containsPattern("c\\d+ 127\\.0\\.0\\.1:\\d+ \\(secure\\) handshake done: TLSv1\\.3")
                .containsPattern("c\\d+ 127\\.0\\.0\\.1:\\d+ \\(local\\) open, plaintext")
                .contains("connections: accepted 2, open 0")
                .endsWith("stopped, the drain lost nothing\n");
        assertThat(ready).doesNotExist();
        for (int port : ports) {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        }
    }

    @Test
    void onePortThatIsTakenClosesTheOthersAndIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int free = freePort();
            Path file = file(
                    "penstock {",
                    "  host = 127.0.0.1, plaintext = true, processor = discard",
                    "  listeners { one { port = " + free + " }",
                    "              two { port = " + taken.getLocalPort() + " } }",
                    "}");

            assertThat(serve(ports -> {}, file.toString())).isEqualTo(1);

            assertThat(Run.text(err))
                    .contains("ERROR listener two: port " + taken.getLocalPort() + " on 127.0.0.1 is in use: stop what"
                            + " listens there, or choose another with penstock.listeners.two.port\n")
                    .doesNotContain("listening on");
            new ServerSocket(free, 1, InetAddress.getLoopbackAddress()).close();
        }
    }

    @Test
    void listenersOfOneFileShareItsProcessor() throws IOException {
        Path target = directory.resolve("out.log");
        Path file = file(
                "penstock {",
                "  host = 127.0.0.1, port = 0, plaintext = true, processor = file, file.path = \"" + target + "\"",
                "  listeners { a { protocol = lines }, b { protocol = \"length:2\" } }",
                "}");

        int code = serve(
                ports -> {
                    Run.typing(
                            new ByteArrayInputStream("hello\n".getBytes(UTF_8)),
                            environment(),
                            "send",
                            "--plaintext",
                            "127.0.0.1:" + ports.get(0));
                    sendFrame(ports.get(1));
                },
                file.toString());

        assertThat(code).as(Run.text(err)).isZero();
        assertThat(target).content().isEqualToIgnoringNewLines("hellohi");
    }

    @Test
    void allThatIsWrongWithThemIsToldAtOnce() throws IOException {
        Path file = file(
                "penstock {",
                "  port = 0, tls.cert = /no/such.pem",
                "  listeners {",
                "    a {}",
                "    b { tls.cert = /no/other.pem }",
                "    c { tls.client-auth = required }",
                "  }",
                "}");

        assertThat(serve(ports -> {}, file.toString())).isEqualTo(2);

        assertThat(Run.text(err).lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("penstock.tls.cert: /no/such.pem"))
                .anyMatch(line -> line.startsWith("penstock.listeners.b.tls.cert: /no/other.pem"))
                .anyMatch(line -> line.contains("client-ca"));
    }

    @Test
    void checkShowsABlockForEach() throws IOException {
        Path file = file(
                "penstock { host = 127.0.0.1, port = 0, protocol = lines",
                "  listeners { z { plaintext = true }",
                "    a { processor = discard } } }");

        Run text = Run.with(environment(), new StandaloneServer(), "check", file.toString());
        Run json = Run.with(environment(), new StandaloneServer(), "check", "--json", file.toString());

        assertThat(text.code()).as(text.out()).isZero();
        assertThat(text.out())
                .containsSubsequence(
                        "listener     z\n",
                        "listen       127.0.0.1:0",
                        "tls          none, plaintext\n",
                        "processor    console\n",
                        "listener     a\n",
                        "certificate  none configured",
                        "processor    discard\n",
                        "warning      penstock.listeners.z.plaintext: true");
        Config report = ConfigFactory.parseString(json.out());
        assertThat(report.getStringList("listeners.a.processor")).containsExactly("discard");
        assertThat(report.getStringList("listeners.z.protocol")).containsExactly("lines, frames of up to 64KiB");
    }

    @Test
    void configShowsTheirSectionsAsTheyWereWritten() throws IOException {
        Path file = file("penstock { port = 0", "  listeners { a { port = 9 }, b {} } }");

        Run run = Run.with(environment(), "config", "--set", "listeners.a.tls.alpn=x,y", file.toString());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .containsPattern("penstock\\.listeners\\.a\\.port = 9 +# " + file + ": 2\n")
                .containsPattern("penstock\\.listeners\\.a\\.tls\\.alpn = \\[\"x\",\"y\"] +# command line")
                .containsPattern("penstock\\.listeners\\.b = \\{} +# " + file + ": 2\n");
        assertThat(ConfigFactory.parseString(run.out()).getObject("penstock.listeners"))
                .containsOnlyKeys("a", "b");
    }

    private Run secured(int port) {
        return Run.typing(
                new ByteArrayInputStream("hello\n".getBytes(UTF_8)), environment(), "send", "localhost:" + port);
    }

    private static String inTheClear(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(FRAME);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), 2, 2, UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void sendFrame(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(FRAME);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private final class Watched implements Prepared {
        private final Prepared prepared;
        private final Consumer<List<Integer>> whenRunning;

        Watched(Prepared prepared, Consumer<List<Integer>> whenRunning) {
            this.prepared = prepared;
            this.whenRunning = whenRunning;
        }

        @Override
        public List<String> warnings() {
            return prepared.warnings();
        }

        @Override
        public List<PreparedListener> listeners() {
            return prepared.listeners();
        }

        @Override
        public CompletionStage<RunningServer> start() {
            return prepared.start().thenApply(server -> {
                signals.getOrDefault("TERM", () -> {}).run();
                return new WatchedServer(server, whenRunning);
            });
        }
    }

    private record WatchedServer(RunningServer server, Consumer<List<Integer>> whenRunning) implements RunningServer {
        @Override
        public List<Integer> ports() {
            return server.ports();
        }

        @Override
        public CompletionStage<ReloadResult> reload() {
            return server.reload();
        }

        @Override
        public CompletionStage<Drained> drain() {
            whenRunning.accept(ports());
            return server.drain();
        }

        @Override
        public CompletionStage<Void> failed() {
            return server.failed();
        }
    }
}
