package io.penstock.server.cli;

import static io.penstock.server.cli.Sender.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.processor.Processor;
import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.Session;
import io.penstock.server.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against real servers. How long things take is of no account: each load ends when the server has seen enough. */
@Timeout(120)
class BenchCommandTest {
    @TempDir
    private Path directory;

    private Sender sender;
    private Bench bench;

    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger frames = new AtomicInteger();

    @BeforeEach
    void writeCa() {
        sender = new Sender(directory);
        bench = new Bench(sender);
    }

    /** Echoes, or not, and ends the load after so many connections, or frames. */
    private ProcessorFactory processor(boolean echoes, int connections, int enough) {
        return () -> new Processor() {
            @Override
            public void opened(Session session) {
                if (opened.incrementAndGet() == connections) {
                    bench.interrupt();
                }
            }

            @Override
            public void process(Session session, ByteString frame) {
                if (echoes) {
                    session.send(frame);
                }
                if (frames.incrementAndGet() == enough) {
                    bench.interrupt();
                }
            }
        };
    }

    private LocalServer server(ProcessorFactory processor, String... settings) throws IOException {
        return LocalServer.tls(directory, LOCALHOST, processor, settings);
    }

    private Config json(Run run) {
        assertThat(run.err()).isEmpty();
        return ConfigFactory.parseString(run.out());
    }

    private static String line(Run run, String name) {
        return run.out()
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElse("no line " + name);
    }

    @Nested
    class Modes {
        @Test
        void handshakesAreCounted() throws IOException {
            try (LocalServer server = server(processor(false, 12, -1))) {
                Run run = bench.load(server, "-n2", "--json");

                assertThat(run.code()).isZero();
                Config figures = json(run);
                assertThat(figures.getString("mode")).isEqualTo("handshakes");
                assertThat(figures.getString("tls")).startsWith("TLSv1.3 TLS_");
                assertThat(figures.getInt("total")).isBetween(8, opened.get());
                assertThat(figures.getInt("latencyMicros.count")).isGreaterThanOrEqualTo(figures.getInt("total"));
                assertThat(figures.getBoolean("endedEarly")).isTrue();
                assertThat(figures.getBoolean("closedLoop")).isTrue();
                assertThat(figures.getList("failures")).isEmpty();
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"1.2", "1.3"})
        void resumedHandshakesTakeUpSessions(String version) throws IOException {
            try (LocalServer server = server(processor(false, 12, -1))) {
                Run run = bench.load(server, "resumed", "-n2", "--json", "--tls", version);

                assertThat(run.code()).isZero();
                Config figures = json(run);
                assertThat(figures.getInt("total")).isBetween(6, opened.get());
                assertThat(figures.getList("failures")).isEmpty();
            }
        }

        @Test
        void linesArriveWholeAndInTheirSize() throws IOException {
            try (LocalServer server = server(processor(false, -1, 5_000), "protocol = lines", "max-frame-size = 99")) {
                Run run = bench.load(server, "ingest", "-n2", "--json");

                assertThat(run.code()).isZero();
                Config figures = json(run);
                assertThat(figures.getInt("total")).isBetween(4_000, frames.get());
                assertThat(figures.getLong("bytesSent")).isEqualTo(100L * figures.getInt("total"));
                assertThat(figures.getInt("open")).isEqualTo(2);
                assertThat(figures.getIsNull("latencyMicros")).isTrue();
            }
        }

        @Test
        void linesWithARateHaveALateness() throws IOException {
            try (LocalServer server = server(processor(false, -1, 500), "protocol = lines")) {
                Run run = bench.load(server, "ingest", "-n2", "--rate=5000", "--json");

                Config figures = json(run);
                assertThat(figures.getInt("latencyMicros.count")).isGreaterThanOrEqualTo(400);
                assertThat(figures.getBoolean("closedLoop")).isFalse();
            }
        }

        /** A client that does not read would come to a stop. */
        @Test
        void ingestReadsWhatTheServerAnswers() throws IOException {
            try (LocalServer server = server(processor(true, -1, 500_000), "protocol = lines")) {
                Run run = bench.load(server, "ingest", "-n1", "--json");

                assertThat(run.code()).isZero();
                assertThat(json(run).getLong("bytesReceived")).isPositive();
            }
        }

        @ParameterizedTest
        @CsvSource({"raw, ''", "lines, ''", "lines, --rate=2000"})
        void echoesComeBack(String protocol, String rate) throws IOException {
            try (LocalServer server = server(processor(true, -1, 200), "protocol = " + protocol)) {
                Run run = bench.load(server, "echo", "-n4", "--json", rate.isEmpty() ? "--size=64" : rate);

                assertThat(run.code()).isZero();
                Config figures = json(run);
                assertThat(figures.getInt("total")).isBetween(190, frames.get());
                assertThat(figures.getLong("bytesReceived")).isEqualTo(64L * figures.getInt("total"));
                assertThat(figures.getBoolean("closedLoop")).isEqualTo(rate.isEmpty());
                assertThat(figures.getDouble("generator.share")).isBetween(0.0, 1.0);
            }
        }

        @Test
        void idleConnectionsAreOpenedAndHeld() throws IOException {
            try (LocalServer server = server(processor(false, -1, -1))) {
                Run run = bench.run("idle", sender.trusted(), "-n50", "-t50ms", server.address());

                assertThat(run.code()).isZero();
                assertThat(run.err()).isEmpty();
                assertThat(run.out())
                        .startsWith("idle of " + server.address() + ", TLSv1.3 TLS_")
                        .contains(", 50 connections, held for 0.05s\n");
                assertThat(line(run, "connections")).matches("connections  total +50   a second .*");
                assertThat(line(run, "open")).isEqualTo("open         50 at the end");
                assertThat(line(run, "failures")).isEqualTo("failures     0");
                // And the one to see that it works.
                assertThat(opened).hasValue(51);
            }
        }

        @Test
        void connectionsWithoutTlsAreCountedAsWell() throws IOException {
            try (LocalServer server = LocalServer.plaintext(processor(false, 12, -1))) {
                Run run = bench.run("--plaintext", "-n2", "-t60s", "--warmup=0s", "--json", server.address());

                assertThat(run.code()).isZero();
                assertThat(json(run).getIsNull("tls")).isTrue();
            }
        }
    }

    @Nested
    class Output {
        @Test
        void isATableThatSaysThatTheLoopIsClosed() throws IOException {
            try (LocalServer server = server(processor(true, -1, 50))) {
                Run run = bench.load(server, "echo", "-n1");

                assertThat(run.code()).isZero();
                assertThat(run.out().lines().findFirst())
                        .hasValueSatisfying(line -> assertThat(line)
                                .matches("echo of localhost:\\d+, TLSv1\\.3 TLS_\\w+, 1 connections, lines of 64"
                                        + " bytes, [\\d.]+ s"));
                assertThat(line(run, "requests")).matches("requests     total +\\d+   a second +[\\d.,]+");
                assertThat(line(run, "latency")).matches("latency      mean +[\\d.,]+ \\w+   least +[\\d.,]+ \\w+");
                assertThat(run.out()).contains(" p99.9 ", "\nended early: ", "\nclosed loop: ", "\ngenerator  ");
            }
        }

        @Test
        void comesAloneWhereNobodyLooks() throws IOException {
            try (LocalServer server = server(processor(true, -1, 50))) {
                assertThat(bench.load(server, "echo").err()).isEmpty();
            }
        }

        @Test
        void onATerminalTheLineOfProgressIsGoneInTheEnd() throws IOException {
            try (LocalServer server = server(processor(true, -1, 50))) {
                Run run = bench.loadOnATerminal(server, "echo");

                assertThat(run.err()).endsWith("\r\u001b[K").doesNotContain("\n");
            }
        }
    }

    @Nested
    class Failures {
        @Test
        void nobodyListens() throws IOException {
            int port = LocalServer.portOfNobody();
            assertThat(bench.run("echo", "localhost:" + port))
                    .isEqualTo(new Run(
                            1,
                            "",
                            "penstock bench: localhost:" + port + ": connection refused: nothing listens on port "
                                    + port + "; is the server running?\n"));
        }

        @Test
        void theServersCertificateIsRefused() throws IOException {
            try (LocalServer server = LocalServer.tls(
                    directory,
                    CertificateAuthority.create("Another CA").server("localhost"),
                    processor(false, -1, -1))) {
                Run run = bench.run(sender.trusted(), server.address());

                assertThat(run.code()).isEqualTo(1);
                assertThat(run.out()).isEmpty();
                assertThat(run.err())
                        .matches(
                                "penstock bench: localhost:\\d+: the server's certificate .* is not trusted, .*--ca.*\n");
            }
        }

        /** Which in TLS 1.3 it says only after the handshake. */
        @Test
        void theServerWantsACertificate() throws IOException {
            try (LocalServer server = server(
                    processor(false, -1, -1),
                    "tls.client-auth = required",
                    "tls.client-ca = " + LocalServer.quoted(sender.ca()))) {
                Run run = bench.run(sender.trusted(), server.address());

                assertThat(run.code()).isEqualTo(1);
                assertThat(run.err())
                        .contains(": the server sent the alert ", "--cert and --key")
                        .hasLineCount(1);
            }
        }

        @Test
        void connectionsThatAreCutAreCountedWithTheReasonAndMadeAnew() throws IOException {
            // The first is the one to see that it works, the third takes the place of the second.
            try (LocalServer server = server(processor(true, 4, -1), "protocol = lines", "max-frame-size = 10")) {
                Run run = bench.load(server, "echo", "-n1");

                assertThat(run.code()).isEqualTo(1);
                assertThat(line(run, "requests")).matches("requests     total +0 .*");
                assertThat(line(run, "failures")).matches("failures     [1-3]");
                assertThat(run.out())
                        .containsPattern("\n +[1-3]  (the server ended the connection|the connection was"
                                + " reset|truncated): ?.*|\n +[1-3]  the server ended the connection\n");
                assertThat(run.out()).contains("\nnothing was answered: does the server echo?");
            }
        }

        @Test
        void anAnswerThatIsNoEchoSaysSo() throws IOException {
            ProcessorFactory other = () -> (session, frame) -> {
                session.send(ByteString.fromString("no"));
                if (frames.incrementAndGet() == 3) {
                    bench.interrupt();
                }
            };
            try (LocalServer server = server(other, "protocol = lines")) {
                Run run = bench.load(server, "echo", "-n1");

                assertThat(run.code()).isEqualTo(1);
                assertThat(run.out()).contains("answered something else than what it was sent: is its processor echo?");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "bench localhost | localhost (expected: handshakes|resumed|ingest|echo|idle, or HOST:PORT)",
                "bench ecoh a:1 | ecoh (near: echo) (expected: handshakes|resumed|ingest|echo|idle, or HOST:PORT)",
                "bench a:1 echo | unexpected argument echo",
                "bench echo a:1 b:2 | unexpected argument b:2",
                "bench a:0 | a:0 (expected: HOST:PORT with a port of 1..65535)",
                "bench -n 0 | --connections 0 (expected: 1..10000)",
                "bench -n 1.5 | --connections 1.5 (expected: 1..10000)",
                "bench -n | --connections needs a value (expected: N)",
                "bench -t 10 | --duration 10 (expected: a duration such as 10s)",
                "bench -t 0s | --duration 0s (expected: a duration such as 10s)",
                "bench --warmup x | --warmup x (expected: a duration such as 10s)",
                "bench --rate 0 | --rate 0 (expected: units a second, more than 0 and up to 10000000)",
                "bench --rate fast | --rate fast (expected: units a second, more than 0 and up to 10000000)",
                "bench echo --size 0 | --size 0 (expected: a size such as 100 or 16KiB, up to 16MiB)",
                "bench echo --size 1GiB | --size 1GiB (expected: a size such as 100 or 16KiB, up to 16MiB)",
                "bench --size 10 | handshakes and --size (expected: one of them)",
                "bench idle --warmup 1s | idle and --warmup (expected: one of them)",
                "bench resumed --plaintext | resumed and --plaintext (expected: one of them)",
                "bench --plaintext --ca f | --plaintext and --ca (expected: one of them)",
                "bench --timeout 5 | --timeout 5 (expected: a duration such as 10s)",
                "bench --conections 5 | unknown option --conections (near: --connections)",
            })
    void wrongUsageIsOneLineAndWhereHelpIs(String words, String line) {
        Run run = Run.of(words.split(" "));

        assertThat(run).isEqualTo(new Run(2, "", "penstock bench: " + line + "\ntry 'penstock bench --help'\n"));
    }

    @Test
    void filesThatCannotBeReadAreNamedByTheirOption() {
        Run run = bench.run("--cert", "none.pem", "localhost:1");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("--cert: none.pem (expected: ").doesNotContain("penstock.");
    }

    @Test
    void helpNamesEveryModeAndOption() {
        String help = Run.of("bench", "--help").out();

        for (CommandOption option : BenchOption.all()) {
            assertThat(help).contains(option.option());
        }
        assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(120));
        assertThat(help).contains("  handshakes ", "  resumed ", "  ingest ", "  echo ", "  idle ");
    }
}
