package io.penstock.server.cli;

import static io.penstock.server.cli.Sender.LOCALHOST;
import static io.penstock.server.cli.Sender.failed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.Processors;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code send --protocol relp}: however it ends, it says what was acknowledged and what has to be sent again. */
@Timeout(60)
class SendRelpTest {
    @TempDir
    private Path directory;

    private Sender sender;

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private final ProcessorFactory recording = () -> (session, frame) -> {
        if (frame.utf8String().equals("poison")) {
            throw new IllegalStateException("not this one");
        }
        seen.add(frame.utf8String());
    };

    @BeforeEach
    void writeCa() {
        sender = new Sender(directory);
    }

    private static String messages(int count) {
        return IntStream.range(0, count).mapToObj(i -> "message " + i + "\n").collect(Collectors.joining());
    }

    @Nested
    class ToOurServer {
        private LocalServer server(String settings) throws IOException {
            return LocalServer.tls(directory, LOCALHOST, recording, "protocol = relp", "ack = processed", settings);
        }

        private Run send(String input, LocalServer server) {
            return sender.send(input, sender.trusted(), "--protocol", "relp", server.address());
        }

        @Test
        void endsWellWhenEverythingIsAcknowledged() throws IOException {
            try (LocalServer server = server("")) {
                assertThat(send(messages(5000), server)).isEqualTo(new Run(0, "", ""));
                assertThat(seen).hasSize(5000).endsWith("message 4999");
            }
        }

        @Test
        void failsWhenSomethingWasRefused() throws IOException {
            try (LocalServer server = server("on-processor-failure = continue")) {
                assertThat(send("one\npoison\nthree\n", server))
                        .isEqualTo(failed(
                                server.address(),
                                "the server does not take everything; 2 messages acknowledged, 0 sent and not answered,"
                                        + " 1 refused (the first, message 2: 500 IllegalStateException: not this one);"
                                        + " send again from message 2"));
                assertThat(seen).containsExactly("one", "three");
            }
        }

        @Test
        void failsWhenTheServerEndsBeforeItHasAcknowledgedEverything() throws IOException {
            try (LocalServer server = server("")) {
                Run run = send("one\npoison\nthree\n", server);

                assertThat(run.code()).isEqualTo(1);
                assertThat(run.err())
                        .startsWith("penstock send: " + server.address() + ": the server has ended the session; ")
                        .contains(" acknowledged, ", " sent and not answered, ")
                        .hasLineCount(1);
            }
        }

        @Test
        void countsLinesOverAllFilesAndEmptyOnesAsWell() throws IOException {
            Path first = Files.writeString(directory.resolve("first"), "one\n\nthree");
            Path second = Files.writeString(directory.resolve("second"), "poison\nfive\n");
            try (LocalServer server = server("on-processor-failure = continue")) {
                Run run = sender.send(
                        "",
                        sender.trusted(),
                        "--protocol",
                        "relp",
                        server.address(),
                        first.toString(),
                        second.toString());

                assertThat(run.err()).contains("; 4 messages acknowledged, ").endsWith("; send again from message 4\n");
                assertThat(seen).containsExactly("one", "", "three", "five");
            }
        }

        @Test
        void saysThatTheServerDoesNotSpeakIt() throws IOException {
            try (LocalServer server = LocalServer.tls(directory, LOCALHOST, Processors.echo(), "protocol = raw")) {
                Run run = send("one\n", server);

                assertThat(run.code()).isEqualTo(1);
                assertThat(run.err())
                        .startsWith("penstock send: " + server.address()
                                + ": what the server says is not RELP: command open (expected: rsp); 0 messages"
                                + " acknowledged, ")
                        .endsWith(", the rest not sent; send again from message 1\n");
            }
        }

        @Test
        void doesNotWaitForeverForAnAcknowledgement() throws IOException {
            try (LocalServer server = LocalServer.tls(directory, LOCALHOST, recording, "protocol = raw")) {
                Run run = sender.send(
                        "one\n", sender.trusted(), "--protocol", "relp", "--timeout", "300ms", server.address());

                assertThat(run)
                        .isEqualTo(failed(
                                server.address(),
                                "the server has not answered the opening of the session within 300 ms; remedy: a longer"
                                        + " --timeout; 0 messages acknowledged, 0 sent and not answered, 0 refused, the"
                                        + " rest not sent; send again from message 1"));
            }
        }
    }

    /** Servers whose last words are certain. */
    @Nested
    class ToAServerThatFails {
        private static final String OPENED = "1 rsp 37 200 OK\nrelp_version=0\ncommands=syslog\n";

        private ScriptedServer server(ScriptedServer.Plain afterOpening) throws IOException {
            return ScriptedServer.plain(socket -> {
                readTo(socket, "commands=syslog\n");
                say(socket, OPENED);
                afterOpening.talk(socket);
            });
        }

        private void readTo(Socket socket, String end) throws IOException {
            StringBuilder read = new StringBuilder();
            while (!read.substring(Math.max(0, read.length() - end.length())).equals(end)) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new EOFException(read + " (expected: " + end + ")");
                }
                read.append((char) next);
            }
        }

        private void readToTheEnd(Socket socket) throws IOException {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }

        private void say(Socket socket, String words) throws IOException {
            socket.getOutputStream().write(words.getBytes(UTF_8));
        }

        /** As the kernel does for a process that is killed with bytes unread. */
        private void reset(Socket socket) throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        private Run send(String input, ScriptedServer server) {
            return send(new ByteArrayInputStream(input.getBytes(UTF_8)), server);
        }

        private Run send(InputStream input, ScriptedServer server) {
            return sender.send(input, "--plaintext", "--protocol", "relp", "--timeout", "300ms", server.address());
        }

        @Test
        void countsWhatWasAcknowledgedBeforeAReset() throws IOException {
            try (ScriptedServer server = server(socket -> {
                readTo(socket, "4 syslog 5 three\n");
                say(socket, "2 rsp 6 200 OK\n");
                reset(socket);
            })) {
                PipedInputStream stdin = new PipedInputStream();
                try (PipedOutputStream keyboard = new PipedOutputStream(stdin)) {
                    keyboard.write("one\ntwo\nthree\n".getBytes(UTF_8));
                    keyboard.flush();
                    Run run = send(stdin, server);

                    assertThat(run.code()).isEqualTo(1);
                    assertThat(run.err())
                            .startsWith("penstock send: " + server.address() + ": the connection was reset: ")
                            .endsWith("; 1 message acknowledged, 2 sent and not answered, 0 refused, the rest not sent;"
                                    + " send again from message 2\n")
                            .hasLineCount(1);
                }
            }
        }

        @Test
        void saysThatTheRestWasNotSent() throws IOException {
            try (ScriptedServer server = server(socket -> {
                readTo(socket, " message 999\n");
                say(socket, "0 serverclose 0\n");
                socket.shutdownOutput();
                readToTheEnd(socket);
            })) {
                assertThat(send(messages(20_000), server))
                        .isEqualTo(failed(
                                server.address(),
                                "the server has ended the session; 0 messages acknowledged, 1000 sent and not answered,"
                                        + " 0 refused, the rest not sent; send again from message 1"));
            }
        }

        @Test
        void saysSoAlsoOfAnInputThatHasNotEnded() throws IOException {
            try (ScriptedServer server = server(socket -> {
                readTo(socket, "4 syslog 5 three\n");
                say(socket, "2 rsp 6 200 OK\n3 rsp 12 500 too long\n0 serverclose 0\n");
                socket.shutdownOutput();
                readToTheEnd(socket);
            })) {
                PipedInputStream stdin = new PipedInputStream();
                try (PipedOutputStream keyboard = new PipedOutputStream(stdin)) {
                    keyboard.write("one\ntwo\nthree\n".getBytes(UTF_8));
                    keyboard.flush();

                    assertThat(send(stdin, server))
                            .isEqualTo(failed(
                                    server.address(),
                                    "the server has ended the session; 1 message acknowledged, 1 sent and not answered,"
                                            + " 1 refused (the first, message 2: 500 too long), the rest not sent;"
                                            + " send again from message 2"));
                }
            }
        }

        @Test
        void doesNotWaitForeverForTheAnswers() throws IOException {
            try (ScriptedServer server = server(socket -> {
                readTo(socket, "3 syslog 3 two\n");
                say(socket, "2 rsp 6 200 OK\n");
                readToTheEnd(socket);
            })) {
                assertThat(send("one\ntwo\n", server))
                        .isEqualTo(failed(
                                server.address(),
                                "the server has not answered within 300 ms; remedy: a longer --timeout; 1 message"
                                        + " acknowledged, 1 sent and not answered, 0 refused; send again from message"
                                        + " 2"));
            }
        }

        @Test
        void saysWhenNothingHasToBeSentAgain() throws IOException {
            try (ScriptedServer server = server(socket -> {
                readTo(socket, "2 syslog 3 one\n");
                say(socket, "2 rsp 6 200 OK\n");
                readTo(socket, "3 close 0\n");
                reset(socket);
            })) {
                Run run = send("one\n", server);

                assertThat(run.code()).isEqualTo(1);
                assertThat(run.err())
                        .endsWith("; 1 message acknowledged, 0 sent and not answered, 0 refused; nothing has to be sent"
                                + " again\n");
            }
        }

        @Test
        void hasNothingToCountWithoutAConnection() throws IOException {
            int port = LocalServer.portOfNobody();
            assertThat(sender.send("x", "--protocol", "relp", "localhost:" + port)
                            .err())
                    .endsWith("is the server running?\n");
        }
    }
}
