package io.penstock.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.Processors;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Handshaken;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** What is sent to connections by others than their processor. */
class PushTest {
    private static int taken(CompletionStage<Integer> push) {
        return push.toCompletableFuture().join();
    }

    private static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), UTF_8);
    }

    @Test
    void goesToTheConnectionFramedByItsProtocol() throws IOException {
        try (Harness harness = Harness.plaintext(Processors.discard(), "protocol = \"length:1\"");
                Socket socket = harness.connect();
                Socket other = harness.connect()) {
            long id = idOf(harness, socket);

            assertThat(taken(harness.server().send(id, ByteString.fromString("hi"))))
                    .isEqualTo(1);

            assertThat(read(socket, 3)).isEqualTo("\u0002hi");
            assertThat(other.getInputStream().available()).isZero();
        }
    }

    @Test
    void closesWithItsReason() throws IOException {
        try (Harness harness = Harness.plaintext(Processors.discard(), "protocol = lines");
                Socket socket = harness.connect()) {
            long id = idOf(harness, socket);

            assertThat(taken(harness.server().send(id, ByteString.fromString("bye"))))
                    .isEqualTo(1);
            assertThat(taken(harness.server().disconnect(id, "moved"))).isEqualTo(1);

            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .isEqualTo("bye\n");
            socket.shutdownOutput();
            assertThat(harness.await(Closed.class).end())
                    .isEqualTo(new ConnectionEnd(Kind.CLOSED_BY_PROCESSOR, "moved"));
        }
    }

    @Test
    void isTakenByNobodyWhereNobodyIs() {
        try (Harness harness = Harness.plaintext(Processors.discard())) {
            TlsServer server = harness.server();

            assertThat(taken(server.send(Long.MAX_VALUE, ByteString.fromString("x"))))
                    .isZero();
            assertThat(taken(server.sendTo("CN=nobody", ByteString.fromString("x"))))
                    .isZero();
            assertThat(taken(server.disconnect(-1, "x"))).isZero();
        }
    }

    @Test
    void isTakenByNobodyAfterADrain() {
        try (Harness harness = Harness.plaintext(Processors.discard())) {
            harness.server().drain().toCompletableFuture().join();

            assertThat(taken(harness.server().send(1, ByteString.fromString("x"))))
                    .isZero();
        }
    }

    @Test
    void thatTheProtocolCannotCarryEndsTheConnection() throws IOException {
        try (Harness harness = Harness.plaintext(Processors.discard(), "protocol = lines");
                Socket socket = harness.connect()) {
            long id = idOf(harness, socket);

            taken(harness.server().send(id, ByteString.fromString("two\nlines")));

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            socket.shutdownOutput();
            assertThat(harness.await(Closed.class).end().kind()).isEqualTo(Kind.PROCESSOR_FAILED);
        }
    }

    @Test
    void hasIdsThatNoOtherPortGives() throws IOException {
        try (Harness one = Harness.plaintext(Processors.discard());
                Harness two = Harness.plaintext(Processors.discard());
                Socket first = one.connect();
                Socket second = two.connect()) {
            assertThat(idOf(one, first)).isNotEqualTo(idOf(two, second));
        }
    }

    private static long idOf(Harness harness, Socket socket) {
        while (true) {
            Handshaken opened = harness.await(Handshaken.class);
            if (opened.connection().peer().getPort() == socket.getLocalPort()) {
                return opened.connection().id();
            }
        }
    }
}
