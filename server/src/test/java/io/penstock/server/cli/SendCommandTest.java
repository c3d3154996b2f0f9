package io.penstock.server.cli;

import static io.penstock.server.cli.Sender.LOCALHOST;
import static io.penstock.server.cli.Sender.failed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.Processors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SendCommandTest {
    @TempDir
    private Path directory;

    private Sender sender;

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private final ProcessorFactory recording = () -> (session, frame) -> seen.add(frame.utf8String());

    @BeforeEach
    void writeCa() {
        sender = new Sender(directory);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    @Nested
    class Traffic {
        @Test
        void sendsStdinAndPrintsTheReplies() throws IOException {
            try (LocalServer server = LocalServer.tls(directory, LOCALHOST, Processors.echo())) {
                Run run = sender.send("hello\nwithout an end", sender.trusted(), server.address());

                assertThat(run).isEqualTo(new Run(0, "hello\nwithout an end", ""));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"1.2", "1.3"})
        void speaksTheVersionThatIsAskedFor(String version) throws IOException {
            try (ScriptedServer server = ScriptedServer.tls(LOCALHOST, (tls, transport) -> {
                tls.getInputStream().transferTo(OutputStream.nullOutputStream());
                tls.getOutputStream().write(tls.getSession().getProtocol().getBytes(UTF_8));
                tls.close();
            })) {
                Run run = sender.send("x", sender.trusted(), "--tls", version, server.address());

                assertThat(run).isEqualTo(new Run(0, version.equals("1.3") ? "TLSv1.3" : "", ""));
            }
        }

        @Test
        void deliversEverythingInTls12AsWell() throws IOException {
            try (LocalServer server = LocalServer.tls(directory, LOCALHOST, recording, "protocol = lines")) {
                Run run = sender.send("one\ntwo\n", sender.trusted(), "--tls", "1.2", server.address());

                assertThat(run).isEqualTo(new Run(0, "", ""));
                assertThat(seen).containsExactly("one", "two");
            }
        }

        @Test
        void framesOfFilesDoNotRunTogether() throws IOException {
            Path first = write("first", "a\nb");
            Path empty = write("empty", "");
            Path last = write("last", "d\n");
            try (LocalServer server = LocalServer.tls(directory, LOCALHOST, recording, "protocol = lines")) {
                Run run = sender.send(
                        "c",
                        sender.trusted(),
                        "--protocol",
                        "lines",
                        server.address(),
                        first.toString(),
                        "-",
                        empty.toString(),
                        last.toString());

                assertThat(run).isEqualTo(new Run(0, "", ""));
                assertThat(seen).containsExactly("a", "b", "c", "d");
            }
        }

        @Test
        void sendsWhatIsTypedAtOnce() throws Exception {
            PipedInputStream stdin = new PipedInputStream();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            CompletableFuture<Void> replied = new CompletableFuture<>();
            PrintStream shown = new PrintStream(out, true, UTF_8) {
                @Override
                public void write(byte[] bytes, int offset, int length) {
                    super.write(bytes, offset, length);
                    replied.complete(null);
                }
            };
            PipedOutputStream keyboard = new PipedOutputStream(stdin);
            try (LocalServer server = LocalServer.tls(directory, LOCALHOST, Processors.echo())) {
                Terminal terminal =
                        new Terminal(stdin, shown, Run.stream(new ByteArrayOutputStream()), Map.of(), false, false);
                CompletableFuture<Integer> code = CompletableFuture.supplyAsync(
                        () -> Run.run(terminal, "send", sender.trusted(), server.address()));
                keyboard.write("typed\n".getBytes(UTF_8));
                keyboard.flush();
                replied.join();

                assertThat(code).isNotDone();
                keyboard.close();

                assertThat(code.join()).isZero();
                assertThat(Run.text(out)).isEqualTo("typed\n");
            }
        }

        /** More than all buffers between the two hold. */
        @Test
        void readsRepliesWhileItSends() throws IOException {
            byte[] block = new byte[1 << 20];
            new java.util.Random(7).nextBytes(block);
            Path file = directory.resolve("large");
            try (OutputStream to = Files.newOutputStream(file)) {
                for (int i = 0; i < 48; i++) {
                    to.write(block);
                }
            }
            Path replies = directory.resolve("replies");
            try (LocalServer server = LocalServer.tls(directory, LOCALHOST, Processors.echo());
                    PrintStream out = new PrintStream(Files.newOutputStream(replies))) {
                Terminal terminal = new Terminal(out, Run.stream(new ByteArrayOutputStream()), Map.of());

                int code = Run.run(terminal, "send", sender.trusted(), server.address(), file.toString());

                assertThat(code).isZero();
            }
            assertThat(replies).hasSameBinaryContentAs(file);
        }

        @Test
        void goesWithoutTls() throws IOException {
            try (LocalServer server = LocalServer.plaintext(Processors.echo())) {
                assertThat(sender.send("clear", "--plaintext", server.address()))
                        .isEqualTo(new Run(0, "clear", ""));
            }
        }

        @Test
        void negotiatesAnApplicationProtocol() throws IOException {
            try (ScriptedServer server = ScriptedServer.tls(LOCALHOST, (tls, transport) -> {
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {"b"});
                tls.setSSLParameters(parameters);
                tls.startHandshake();
                tls.getOutputStream().write(tls.getApplicationProtocol().getBytes(UTF_8));
                tls.getInputStream().transferTo(OutputStream.nullOutputStream());
                tls.close();
            })) {
                assertThat(sender.send("", sender.trusted(), "--alpn", "a, b", server.address()))
                        .isEqualTo(new Run(0, "b", ""));
            }
        }
    }

    @Nested
    class Ends {
        @Test
        void withoutCloseNotifyAreTruncations() throws IOException {
            try (ScriptedServer server = ScriptedServer.tls(LOCALHOST, (tls, transport) -> {
                tls.getInputStream().transferTo(OutputStream.nullOutputStream());
                tls.getOutputStream().write("part".getBytes(UTF_8));
                transport.close();
            })) {
                Run run = sender.send("x", sender.trusted(), server.address());

                assertThat(run)
                        .isEqualTo(new Run(
                                1,
                                "part",
                                "penstock send: " + server.address()
                                        + ": truncated: the server closed the connection without close_notify, so that"
                                        + " its last replies may be missing\n"));
            }
        }

        @Test
        void beforeTheInputsAreFailuresAlsoWhileNothingIsTyped() throws IOException {
            try (ScriptedServer server = ScriptedServer.tls(LOCALHOST, (tls, transport) -> {
                tls.getInputStream().readNBytes(3);
                tls.close();
            })) {
                PipedInputStream stdin = new PipedInputStream();
                try (PipedOutputStream keyboard = new PipedOutputStream(stdin)) {
                    keyboard.write("abc".getBytes(UTF_8));
                    keyboard.flush();

                    Run run = sender.send(stdin, sender.trusted(), server.address());

                    assertThat(run)
                            .isEqualTo(failed(
                                    server.address(),
                                    "the server ended the stream before the input did; 3 bytes had been"
                                            + " sent, and it may not have taken all of them"));
                }
            }
        }

        @Test
        void thatDoNotComeAreNotWaitedForForever() throws IOException {
            CompletableFuture<Void> over = new CompletableFuture<>();
            try (ScriptedServer server = ScriptedServer.tls(LOCALHOST, (tls, transport) -> {
                tls.getInputStream().transferTo(OutputStream.nullOutputStream());
                over.join();
            })) {
                Run run = sender.send("x", sender.trusted(), "--timeout", "300ms", server.address());
                over.complete(null);

                assertThat(run)
                        .isEqualTo(failed(
                                server.address(),
                                "everything was sent, and the server has neither answered nor ended the"
                                        + " stream within 300 ms; remedy: a longer --timeout, or --no-wait"));
            }
        }

        @Test
        void areNotWaitedForWhenNobodyWants() throws IOException {
            CompletableFuture<Void> over = new CompletableFuture<>();
            try (ScriptedServer server = ScriptedServer.tls(LOCALHOST, (tls, transport) -> {
                seen.add(new String(tls.getInputStream().readAllBytes(), UTF_8));
                over.join();
            })) {
                assertThat(sender.send("x", sender.trusted(), "--no-wait", server.address()))
                        .isEqualTo(new Run(0, "", ""));
                over.complete(null);
            }
            assertThat(seen).containsExactly("x");
        }
    }

    @Nested
    class Connections {
        @Test
        void refusedNameThePort() throws IOException {
            int port = LocalServer.portOfNobody();
            assertThat(sender.send("x", "localhost:" + port))
                    .isEqualTo(failed(
                            "localhost:" + port,
                            "connection refused: nothing listens on port " + port + "; is the server running?"));
        }

        @Test
        void toAPortWithoutTlsSaySo() throws IOException {
            try (ScriptedServer server = ScriptedServer.plain(socket -> {
                socket.getOutputStream().write("220 ready\r\n".getBytes(UTF_8));
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            })) {
                assertThat(sender.send("x", server.address()))
                        .isEqualTo(failed(
                                server.address(), "the server does not speak TLS on this port; remedy: --plaintext"));
            }
        }

        @Test
        void closedInTheHandshakeSaySo() throws IOException {
            try (ScriptedServer server =
                    ScriptedServer.plain(socket -> socket.getInputStream().readNBytes(100))) {
                Run run = sender.send("x", server.address());

                assertThat(run.code()).isEqualTo(1);
                assertThat(run.err())
                        .contains(" in the handshake")
                        .contains("--plaintext")
                        .hasLineCount(1);
            }
        }

        @Test
        void inTheClearToATlsPortSaySo() throws IOException {
            try (LocalServer server = LocalServer.tls(directory, LOCALHOST, recording)) {
                Run run = sender.send("GET / HTTP/1.1\r\n\r\n", "--plaintext", server.address());

                assertThat(run)
                        .isEqualTo(failed(
                                server.address(), "the server speaks TLS on this port; remedy: without --plaintext"));
            }
        }

        @Test
        void withoutACommonApplicationProtocolSaySo() throws IOException {
            try (ScriptedServer server = ScriptedServer.tls(LOCALHOST, (tls, transport) -> {
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {"b"});
                tls.setSSLParameters(parameters);
                tls.startHandshake();
            })) {
                assertThat(sender.send("x", sender.trusted(), "--alpn", "a", server.address()))
                        .isEqualTo(failed(
                                server.address(),
                                "the server sent the alert no_application_protocol: it speaks none of a; remedy: another"
                                        + " --alpn, or none"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "send | HOST:PORT is missing",
                "send localhost | localhost (expected: HOST:PORT, such as localhost:8000 or [::1]:8000)",
                "send ::1:80 | ::1:80 (expected: HOST:PORT, such as localhost:8000 or [::1]:8000)",
                "send :80 | :80 (expected: HOST:PORT, such as localhost:8000 or [::1]:8000)",
                "send a:0 | a:0 (expected: HOST:PORT with a port of 1..65535)",
                "send a:http | a:http (expected: HOST:PORT with a port of 1..65535)",
                "send a:1 --tls 1.1 | --tls 1.1 (expected: 1.2|1.3)",
                "send a:1 --timeout 10 | --timeout 10 (expected: a duration such as 10s)",
                "send a:1 --timeout -1s | --timeout -1s (expected: a duration such as 10s)",
                "send a:1 --protocol nope | --protocol nope (expected: json|length:1|2|4|8[:be|le][:inclusive]|lines"
                        + "|netstring|nul|raw|relp|syslog|varint)",
                "send a:1 --plaintext --ca f | --plaintext and --ca (expected: one of them)",
                "send a:1 --insecure --ca f | --insecure and --ca (expected: one of them)",
                "send a:1 --certs f | unknown option --certs (near: --cert)",
            })
    void wrongUsageIsOneLineAndWhereHelpIs(String words, String line) {
        Run run = Run.of(words.split(" "));

        assertThat(run).isEqualTo(new Run(2, "", "penstock send: " + line + "\ntry 'penstock send --help'\n"));
    }

    @Test
    void whatCannotBeSentIsSaidBeforeAnythingIs() {
        assertThat(sender.send("", "localhost:1", "none", directory.toString()))
                .isEqualTo(new Run(
                        2,
                        "",
                        "none: no such file (expected: a file to send)\n" + directory
                                + ": is a directory (expected: a file to send)\n"));
    }

    @Test
    void aServerCannotSteerATerminal() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SendOutput terminal = new SendOutput(Run.stream(out), true);
        byte[] hostile = "\u001b[2Jtext\n".getBytes(UTF_8);

        terminal.write(hostile, hostile.length);
        terminal.write(new byte[] {(byte) 0xe2}, 1);
        terminal.end();

        assertThat(Run.text(out)).isEqualTo("\\x1b[2Jtext\n\\xe2");
    }
}
