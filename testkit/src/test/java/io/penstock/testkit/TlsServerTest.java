package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionEvent.Handshaken;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.TlsSession;
import io.penstock.server.pki.ClientAuth;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server with TLS, seen from both ends: a real client, and a probe in the processor's place. */
class TlsServerTest {
    private static Socket tcp(PenstockExtension penstock) throws IOException {
        return new Socket(
                penstock.server().localAddress().getAddress(),
                penstock.server().localAddress().getPort());
    }

    @Nested
    class Connections {
        @RegisterExtension
        final PenstockExtension penstock = PenstockExtension.create().with("protocol", "lines");

        @Test
        void tellTheProcessorWhoTheyAreBeforeTheFirstFrame() {
            try (TlsClient client = penstock.connect()) {
                client.send("hello\n");
                Open open = penstock.probe().expectOpen();
                TlsSession tls = open.connection().tls();
                assertThat(tls).isNotNull();
                assertThat(tls.version()).isEqualTo("TLSv1.3");
                assertThat(tls.cipher()).startsWith("TLS_");
                assertThat(tls.peerChain()).isEmpty();
                assertThat(open.connection().peer().getPort()).isEqualTo(client.port());
                penstock.probe().expectFrames("hello");
                assertThat(penstock.awaitEvent(Handshaken.class).connection()).isEqualTo(open.connection());
            }
        }

        @Test
        void carryReplies() {
            try (TlsClient client = penstock.connect()) {
                client.send("a\nb\n");
                Open open = penstock.probe().expectOpen();
                Deliver batch = penstock.probe().expectBatch();
                penstock.probe().done(batch, "one", "two");
                assertThat(client.readLine()).isEqualTo("one");
                assertThat(client.readLine()).isEqualTo("two");
                penstock.probe().send(open, "pushed");
                assertThat(client.readLine()).isEqualTo("pushed");
            }
        }

        @Test
        void endWithTheirStream() {
            TlsClient client = penstock.connect();
            Open open = penstock.probe().expectOpen();
            client.send("last");
            client.close();
            penstock.probe().expectFrames("last");
            assertThat(penstock.probe().expectClose(open.connection()).kind()).isEqualTo(Kind.END_OF_STREAM);
            assertThat(penstock.awaitEvent(Closed.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
        }

        @Test
        void areTruncatedByAFinWithoutCloseNotify() {
            TlsClient client = penstock.connect();
            Open open = penstock.probe().expectOpen();
            client.send("whole\npart");
            penstock.probe().expectFrames("whole");
            client.truncate();
            assertThat(penstock.probe().expectClose(open.connection()).kind()).isEqualTo(Kind.TRUNCATED);
            Closed closed = penstock.awaitEvent(Closed.class);
            assertThat(closed.end().kind()).isEqualTo(Kind.TRUNCATED);
            assertThat(closed.summary().bytesLost()).isEqualTo(4);
        }

        @Test
        void areReset() {
            TlsClient client = penstock.connect();
            Open open = penstock.probe().expectOpen();
            client.reset();
            assertThat(penstock.probe().expectClose(open.connection()).kind()).isEqualTo(Kind.RESET);
            assertThat(penstock.awaitEvent(Closed.class).end().kind()).isEqualTo(Kind.RESET);
        }

        @Test
        void closeWithCloseNotifyWhenTheProcessorAsks() {
            try (TlsClient client = penstock.connect()) {
                Open open = penstock.probe().expectOpen();
                penstock.probe().disconnect(open, "enough");
                assertThat(client.readAll()).isEmpty();
                assertThat(penstock.probe().expectClose(open.connection()))
                        .isEqualTo(new ConnectionEnd(Kind.CLOSED_BY_PROCESSOR, "enough"));
            }
        }

        @Test
        void failWithoutHarmToTheListenerWhenTheySpeakNoTls() throws IOException {
            try (Socket socket = tcp(penstock)) {
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                Failed failed = penstock.awaitEvent(Failed.class);
                assertThat(failed.end().kind()).isEqualTo(Kind.TLS_FAILED);
            }
            try (TlsClient client = penstock.connect()) {
                client.send("hello\n");
                penstock.probe().expectOpen();
                penstock.probe().expectFrames("hello");
            }
        }

        @Test
        void failWhenTheyCloseWithinTheHandshake() throws IOException {
            tcp(penstock).close();
            assertThat(penstock.awaitEvent(Failed.class).end())
                    .extracting(ConnectionEnd::kind, ConnectionEnd::code)
                    .containsExactly(Kind.END_OF_STREAM, "TLS-PROBE");
        }

        @Test
        void areDrainedWithCloseNotify() {
            try (TlsClient client = penstock.connect()) {
                client.send("one\ntwo\n");
                penstock.probe().expectOpen();
                Deliver batch = penstock.probe().expectBatch();
                var drained = penstock.server().drain().toCompletableFuture();
                penstock.probe().done(batch, "thanks");
                assertThat(client.readAll()).isEqualTo("thanks\n");
                client.endStream();
                assertThat(drained.join().cut()).isZero();
            }
        }
    }

    @Nested
    class SilentConnections {
        @RegisterExtension
        final PenstockExtension penstock = PenstockExtension.create().with("handshake-timeout", "100ms");

        @Test
        void failWhenTheyNeverShakeHands() throws IOException {
            try (Socket socket = tcp(penstock)) {
                assertThat(socket.getInputStream().readAllBytes())
                        .as("alerts only")
                        .startsWith(21);
                assertThat(penstock.awaitEvent(Failed.class).end())
                        .extracting(ConnectionEnd::kind, ConnectionEnd::code)
                        .containsExactly(Kind.TIMED_OUT, "TLS-HANDSHAKE-TIMEOUT");
            }
        }
    }

    @Nested
    class ClientCertificates {
        @RegisterExtension
        final PenstockExtension penstock =
                PenstockExtension.create().with("protocol", "lines").clientAuth(ClientAuth.REQUIRED);

        @Test
        void reachTheProcessor() {
            try (TlsClient client = penstock.connect(penstock.ca().client("pump-7"))) {
                client.send("hello\n");
                TlsSession tls = penstock.probe().expectOpen().connection().tls();
                assertThat(tls).isNotNull();
                assertThat(tls.peerChain().get(0).getSubjectX500Principal().getName())
                        .contains("CN=pump-7");
            }
        }

        @Test
        void ofAnotherCaAreRefused() {
            assertThatThrownBy(() -> {
                        try (TlsClient client = penstock.connect(new TestCa().client("rogue"))) {
                            client.send("hello\n");
                            client.readAll();
                        }
                    })
                    .isInstanceOf(java.io.UncheckedIOException.class);
            assertThat(penstock.awaitEvent(Failed.class).end().kind()).isEqualTo(Kind.TLS_FAILED);
        }

        @Test
        void areRequired() {
            assertThatThrownBy(() -> {
                        try (TlsClient client = penstock.connect()) {
                            client.send("hello\n");
                            client.readAll();
                        }
                    })
                    .isInstanceOf(java.io.UncheckedIOException.class);
            assertThat(penstock.awaitEvent(Failed.class).end().kind()).isEqualTo(Kind.TLS_FAILED);
        }
    }
}
