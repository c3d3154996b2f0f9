package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.server.ListenerFailedException;
import io.penstock.server.ListenerSettings;
import io.penstock.server.ReloadResult;
import io.penstock.server.cli.ServerStarter.Prepared;
import io.penstock.server.cli.ServerStarter.PreparedListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Signals are raised while the server starts, so that each run is one thread and needs no waiting. */
@Timeout(30)
class ServeCommandTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, Runnable> signals = new HashMap<>();
    private final List<Integer> halts = new ArrayList<>();
    private final CompletableFuture<Drained> drained = new CompletableFuture<>();
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private Runnable whenBound = () -> {};
    private Runnable onDrain = () -> {};
    private List<Integer> ports = List.of(4711);
    private @Nullable List<ListenerSettings> started;

    @Test
    void logsThatItListensAndEndsWithZeroOnceDrained() {
        drained.complete(new Drained(0, 0, 0));
        whenBound = () -> raise("TERM");

        assertThat(serve("--host", "::1")).isZero();

        assertThat(Run.text(out)).isEmpty();
        assertThat(log())
                .containsExactly(
                        "WARN  the certificate is old",
                        "INFO  SIGTERM: draining, connections have 30s; a second signal ends at once",
                        "INFO  listening on [::1]:4711" + Backlog.note(9999),
                        "INFO  development certificate, try: penstock send localhost:4711, or: openssl to 4711",
                        "INFO  stopped, the drain lost nothing");
    }

    @Test
    void reportsWhatADrainHasLostAndStillEndsWithZero() {
        drained.complete(new Drained(2, 30, 400));
        whenBound = () -> raise("INT");

        assertThat(serve()).isZero();

        assertThat(log())
                .last()
                .isEqualTo(
                        "WARN  stopped: 2 connections were cut, 30 frames and 400 bytes received were not processed");
    }

    @Test
    void endsAtOnceWithOneAtTheSecondSignal() {
        whenBound = () -> {
            raise("TERM");
            raise("INT");
            drained.complete(new Drained(0, 0, 0));
        };

        serve();

        assertThat(halts).containsExactly(1);
        assertThat(log()).contains("WARN  SIGINT: ending at once, connections are cut");
    }

    @Test
    void goesOnAtHangUp() {
        drained.complete(new Drained(0, 0, 0));
        whenBound = () -> {
            raise("HUP");
            raise("TERM");
        };

        assertThat(serve()).isZero();
        assertThat(log()).contains("INFO  SIGHUP: nothing has changed");
    }

    @Test
    void endsWithOneWhenTheServerFails() {
        failed.completeExceptionally(new IllegalStateException("broken"));

        assertThat(serve()).isEqualTo(1);
        assertThat(log()).contains("ERROR the server failed", "java.lang.IllegalStateException: broken");
    }

    @Test
    void endsWithTwoWhenSettingsTurnOutWrongAtTheStart() {
        whenBound = () -> {
            throw new CompletionException(new InvalidSettingsException(List.of("k: v (expected: w)")));
        };

        assertThat(serve()).isEqualTo(2);
        assertThat(log()).last().isEqualTo("ERROR k: v (expected: w)");
    }

    @Test
    void aFailureFromOutsideIsOneLine() {
        whenBound = () -> {
            throw new CompletionException(new AccessDeniedException("/data"));
        };

        assertThat(serve()).isEqualTo(1);
        assertThat(log())
                .containsExactly(
                        "WARN  the certificate is old",
                        "ERROR the server cannot run: java.nio.file.AccessDeniedException: /data");
    }

    @Test
    void saysWarningsAndHowToTrustTheDevelopmentCertificate() {
        drained.complete(new Drained(0, 0, 0));
        whenBound = () -> raise("TERM");

        serve("--max-connections", "2000000000");

        assertThat(log())
                .anyMatch(line -> line.startsWith("WARN  penstock.max-connections: 2000000000 is cut to "))
                .contains(
                        "WARN  the certificate is old",
                        "INFO  development certificate, try: penstock send localhost:4711, or: openssl to 4711");
    }

    @Test
    void namesEachOfSeveralListeners() {
        Path file = directory.resolve("ready");
        List<String> seen = new ArrayList<>();
        ports = List.of(4711, 4712);
        drained.complete(new Drained(0, 0, 0));
        onDrain = () -> seen.add(read(file));
        whenBound = () -> raise("TERM");

        int code = serve(
                "--ready-file",
                file.toString(),
                "--set",
                "listeners.a.host=::1",
                "--set",
                "listeners.a.port=1",
                "--set",
                "listeners.b.drain-timeout=50s");

        assertThat(code).isZero();
        assertThat(log())
                .contains(
                        "INFO  SIGTERM: draining, connections have 50s; a second signal ends at once",
                        "INFO  listening on [::1]:4711" + Backlog.note(9999) + " (a)",
                        "INFO  listening on 0.0.0.0:4712" + Backlog.note(9999) + " (b)");
        assertThat(seen)
                .containsExactly("{\"host\":\"::1\",\"port\":4711,\"admin\":null,\"pid\":42,\"listeners\":["
                        + "{\"name\":\"a\",\"host\":\"::1\",\"port\":4711},"
                        + "{\"name\":\"b\",\"host\":\"0.0.0.0\",\"port\":4712}]}\n");
    }

    /** The file of {@code --ready-file}. */
    @Nested
    class Ready {
        @Test
        void isThereWholeWhileTheServerRunsAndGoneAfter() throws IOException {
            Path file = Files.writeString(directory.resolve("ready"), "left by an earlier run");
            List<String> seen = new ArrayList<>();
            drained.complete(new Drained(0, 0, 0));
            onDrain = () -> {
                seen.add(read(file));
                seen.add(mode(file));
            };
            whenBound = () -> {
                assertThat(file).doesNotExist();
                raise("TERM");
            };

            assertThat(serve("--ready-file", file.toString(), "--host", "a\"b")).isZero();

            assertThat(seen)
                    .containsExactly(
                            "{\"host\":\"a\\\"b\",\"port\":4711,\"admin\":null,\"pid\":42,\"listeners\":"
                                    + "[{\"name\":\"default\",\"host\":\"a\\\"b\",\"port\":4711}]}\n",
                            "rw-r--r--");
            try (Stream<Path> left = Files.list(directory)) {
                assertThat(left).isEmpty();
            }
        }

        @Test
        void ofASuccessorIsLetBe() throws IOException {
            Path file = directory.resolve("ready");
            ReadyFile ready = new ReadyFile(file);
            ready.write("mine");
            Files.writeString(file, "another's");

            ready.remove();

            assertThat(file).hasContent("another's");
        }
    }

    /** A port that cannot be had. */
    @Nested
    class Bind {
        @Test
        void inUseIsOneLineWithItsPort() throws IOException {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                whenBound = () -> bind(taken.getLocalPort());

                int code = serve("--host", "127.0.0.1", "--port", Integer.toString(taken.getLocalPort()));

                assertThat(code).isEqualTo(1);
                assertThat(log())
                        .containsExactly(
                                "WARN  the certificate is old",
                                "ERROR port " + taken.getLocalPort() + " on 127.0.0.1 is in use: stop what listens"
                                        + " there, or choose another with --port");
            }
        }

        @Test
        void deniedTellsWhatToDo() {
            Address address = new Address("0.0.0.0", 443);

            assertThat(BindFailure.explain(new IOException(new BindException("Permission denied")), address, "--port"))
                    .hasValue("port 443 on 0.0.0.0 is not permitted to this user: choose one from 1024 on,"
                            + " or grant CAP_NET_BIND_SERVICE");
            assertThat(BindFailure.explain(new BindException("Cannot assign requested address"), address, "--port"))
                    .hasValue("port 443 on 0.0.0.0 cannot be had: this host does not have that address");
            assertThat(BindFailure.explain(new UnresolvedAddressException(), address, "--port"))
                    .hasValue("host 0.0.0.0 has no address: name one of this host's, or 0.0.0.0 for all");
            assertThat(BindFailure.explain(new IllegalStateException("ours"), address, "--port"))
                    .isEmpty();
        }

        private void bind(int port) {
            try (ServerSocket second = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                throw new AssertionError("bound twice: " + second);
            } catch (IOException e) {
                throw new CompletionException(new ListenerFailedException(
                        Objects.requireNonNull(started).get(0), e));
            }
        }
    }

    private int serve(String... words) {
        Terminal terminal = new Terminal(Run.stream(out), Run.stream(err), Map.of());
        ServeRun.Surroundings process = new ServeRun.Surroundings(signals::put, halts::add, 42);
        Layers layers = Layers.load(Arguments.parse("penstock serve", List.of(words)), Map.of());
        return new ServeCommand(terminal, this::fake, process).run(layers);
    }

    private Prepared fake(ServeSettings settings, Map<String, String> environment) {
        started = settings.listeners();
        return new Fake();
    }

    private void raise(String signal) {
        Runnable action = signals.get(signal);
        assertThat(action).isNotNull();
        action.run();
    }

    /** Without the time, which is checked elsewhere, and without the frames of a stack. */
    private List<String> log() {
        return Run.text(err)
                .lines()
                .filter(line -> !line.startsWith("\t"))
                .map(line -> line.replaceFirst("^\\d{4}-\\S+ ", ""))
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private final class Fake implements Prepared, PreparedListener, RunningServer {
        @Override
        public List<String> warnings() {
            return List.of("the certificate is old");
        }

        @Override
        public List<PreparedListener> listeners() {
            return Collections.nCopies(ports.size(), this);
        }

        @Override
        public Optional<String> trustCommand(int port) {
            return Optional.of("openssl to " + port);
        }

        @Override
        public CompletionStage<RunningServer> start() {
            try {
                whenBound.run();
                return CompletableFuture.completedFuture(this);
            } catch (CompletionException e) {
                return CompletableFuture.failedFuture(e.getCause());
            }
        }

        @Override
        public List<Integer> ports() {
            return ports;
        }

        @Override
        public CompletionStage<ReloadResult> reload() {
            return CompletableFuture.completedStage(new ReloadResult.Unchanged());
        }

        @Override
        public CompletionStage<Drained> drain() {
            onDrain.run();
            return drained;
        }

        @Override
        public CompletionStage<Void> failed() {
            return failed;
        }
    }
}
