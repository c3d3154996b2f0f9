package io.penstock.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.processor.Processor;
import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.Processors;
import io.penstock.processor.Session;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Framed;
import io.penstock.protocol.ConnectionEvent.Handshaken;
import io.penstock.protocol.ConnectionEvent.Processed;
import io.penstock.protocol.ConnectionEvent.ProcessingFailed;
import io.penstock.protocol.ConnectionEvent.Refused;
import io.penstock.protocol.ConnectionEvent.Rejected;
import io.penstock.protocol.ListenerProtocol.Drained;
import java.io.IOException;
import java.net.BindException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The path from socket to processor and back, without TLS. */
class PlaintextServerTest {
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private final ProcessorFactory echo = () -> Session::send;

    private ProcessorFactory recording() {
        return () -> (session, frame) -> {
            String text = frame.utf8String();
            if (text.equals("poison")) {
                throw new IOException("cannot swallow it");
            }
            seen.add(text);
        };
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    @Nested
    class Ends {
        @Test
        void ofStreamAreAnsweredWithEverythingOwed() throws IOException {
            try (Harness harness = Harness.plaintext(echo, "protocol = lines");
                    Socket socket = harness.connect()) {
                send(socket, "one\ntwo\nthree");
                socket.shutdownOutput();
                assertThat(readAll(socket)).isEqualTo("one\ntwo\nthree\n");
                Closed closed = harness.await(Closed.class);
                assertThat(closed.end().kind()).isEqualTo(Kind.END_OF_STREAM);
                assertThat(closed.summary().framesIn()).isEqualTo(3);
                assertThat(closed.summary().framesProcessed()).isEqualTo(3);
                assertThat(closed.summary().bytesIn()).isEqualTo(13);
                assertThat(closed.summary().bytesOut()).isEqualTo(14);
                assertThat(closed.summary().bytesLost()).isZero();
            }
        }

        @Test
        void byResetAreNamed() throws IOException {
            try (Harness harness = Harness.plaintext(recording(), "protocol = lines")) {
                Socket socket = harness.connect();
                send(socket, "one\n");
                harness.await(Framed.class);
                socket.setSoLinger(true, 0);
                socket.close();
                Closed closed = harness.await(Closed.class);
                assertThat(closed.end().kind()).isEqualTo(Kind.RESET);
                assertThat(closed.summary().framesProcessed()).isEqualTo(1);
            }
        }

        @Test
        void byIdlenessAreNamed() throws IOException {
            try (Harness harness = Harness.plaintext(recording(), "idle-timeout = 50ms");
                    Socket socket = harness.connect()) {
                assertThat(readAll(socket)).isEmpty();
                assertThat(harness.await(Closed.class).end().toString())
                        .isEqualTo("timed out: idle-timeout: no byte has come or gone for 50 ms");
            }
        }

        @Test
        void byIdlenessDoNotComeWhileTheProcessorIsAtWork() throws Exception {
            CountDownLatch go = new CountDownLatch(1);
            ProcessorFactory slow = () -> (session, frame) -> {
                go.await();
                session.send(frame);
            };
            try (Harness harness = Harness.plaintext(slow, "protocol = lines", "idle-timeout = 20ms");
                    Socket socket = harness.connect()) {
                send(socket, "one\n");
                harness.await(Framed.class);
                assertThat(harness.events.poll(100, TimeUnit.MILLISECONDS)).isNull();
                go.countDown();
                assertThat(readAll(socket)).isEqualTo("one\n");
            }
        }

        @Test
        void byTheProcessorSendWhatIsOwedFirst() throws IOException {
            ProcessorFactory once = () -> (session, frame) -> {
                session.send(ByteString.fromString("bye"));
                session.disconnect("seen enough");
            };
            try (Harness harness = Harness.plaintext(once, "protocol = lines");
                    Socket socket = harness.connect()) {
                send(socket, "hello\n");
                assertThat(readAll(socket)).isEqualTo("bye\n");
                socket.shutdownOutput();
                assertThat(harness.await(Closed.class).end().toString()).isEqualTo("closed by processor: seen enough");
            }
        }
    }

    @Nested
    class ClientsThatSpeakTls {
        private static final String HELLO =
                "160301002d01000029" + "0303" + "20".repeat(32) + "00" + "0002c02f" + "0100";

        @Test
        void areRefusedWithAnAlert() throws IOException {
            byte[] hello = HexFormat.of().parseHex(HELLO);
            for (int piece : new int[] {1, 7, 100}) {
                try (Harness harness = Harness.plaintext(Processors.discard());
                        Socket socket = harness.connect()) {
                    for (int at = 0; at < hello.length; at += piece) {
                        socket.getOutputStream().write(hello, at, Math.min(piece, hello.length - at));
                    }
                    assertThat(socket.getInputStream().readAllBytes()).containsExactly(21, 3, 3, 0, 2, 2, 40);
                    socket.shutdownOutput();
                    Closed closed = harness.await(Closed.class);
                    assertThat(closed.end().code()).isEqualTo("TLS-ON-PLAINTEXT-PORT");
                    assertThat(closed.summary().bytesIn()).isZero();
                }
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "16",
                    "1603",
                    "160301003101000029",
                    "1603010031020000",
                    "160301003101000029fe",
                    "160301000101"
                })
        void areToldFromDataThatOnlyBeginsLikeIt(String hex) throws IOException {
            byte[] data = HexFormat.of().parseHex(hex);
            try (Harness harness = Harness.plaintext(Processors.echo());
                    Socket socket = harness.connect()) {
                for (byte one : data) {
                    socket.getOutputStream().write(one);
                }
                socket.shutdownOutput();
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(data);
                assertThat(harness.await(Closed.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
            }
        }
    }

    @Nested
    class BadFrames {
        @Test
        void closeTheConnectionAfterTheFramesBeforeThem() throws Exception {
            try (Harness harness = Harness.plaintext(recording(), "protocol = lines", "max-frame-size = 5B");
                    Socket socket = harness.connect()) {
                send(socket, "ok\n1234567890\nnever\n");
                assertThat(readAll(socket)).isEmpty();
                assertThat(harness.await(Rejected.class).frame().detail())
                        .contains("10 bytes")
                        .contains("<= 5");
                socket.shutdownOutput();
                Closed closed = harness.await(Closed.class);
                assertThat(closed.end().kind()).isEqualTo(Kind.BAD_FRAME);
                assertThat(closed.summary().framesDropped()).isEqualTo(1);
                assertThat(seen).containsExactly("ok");
            }
        }

        @Test
        void areDroppedWhereTheProtocolGoesOn() throws Exception {
            try (Harness harness = Harness.plaintext(
                            recording(), "protocol = lines", "max-frame-size = 5B", "on-bad-frame = drop");
                    Socket socket = harness.connect()) {
                send(socket, "ok\n1234567890\nagain\n");
                socket.shutdownOutput();
                assertThat(harness.await(Closed.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
                assertThat(seen).containsExactly("ok", "again");
            }
        }
    }

    @Nested
    class PoisonFrames {
        @Test
        void closeTheirConnectionAndNoOther() throws Exception {
            try (Harness harness =
                            Harness.plaintext(recording(), "protocol = lines", "processor-restart.min-backoff = 1ms");
                    Socket bad = harness.connect();
                    Socket good = harness.connect()) {
                send(bad, "one\npoison\ntwo\n");
                assertThat(readAll(bad)).isEmpty();
                ProcessingFailed failed = harness.await(ProcessingFailed.class);
                assertThat(failed.reason()).isEqualTo("IOException: cannot swallow it");
                bad.shutdownOutput();
                Closed closed = harness.await(Closed.class);
                assertThat(closed.end().kind()).isEqualTo(Kind.PROCESSOR_FAILED);
                assertThat(closed.summary().framesProcessed()).isEqualTo(1);
                assertThat(closed.summary().framesFailed()).isEqualTo(1);
                assertThat(closed.summary().framesLost()).isEqualTo(1);
                send(good, "three\n");
                good.shutdownOutput();
                assertThat(harness.await(Closed.class).summary().framesProcessed())
                        .isEqualTo(1);
                assertThat(seen).containsExactly("one", "three");
            }
        }

        @Test
        void areLeftOutWhereTheConnectionGoesOn() throws Exception {
            try (Harness harness = Harness.plaintext(
                            recording(),
                            "protocol = lines",
                            "on-processor-failure = continue",
                            "processor-restart.min-backoff = 1ms");
                    Socket socket = harness.connect()) {
                send(socket, "one\npoison\ntwo\n");
                socket.shutdownOutput();
                Closed closed = harness.await(Closed.class);
                assertThat(closed.end().kind()).isEqualTo(Kind.END_OF_STREAM);
                assertThat(closed.summary().framesProcessed()).isEqualTo(2);
                assertThat(closed.summary().framesFailed()).isEqualTo(1);
                assertThat(seen).containsExactly("one", "two");
            }
        }
    }

    @Nested
    class FaultyCode {
        @Test
        void thatSendsNothingFailsTheFrame() throws Exception {
            @SuppressWarnings("NullAway")
            ProcessorFactory sendsNull = () -> (session, frame) -> session.send(null);
            try (Harness harness = Harness.plaintext(sendsNull, "protocol = lines");
                    Socket socket = harness.connect()) {
                send(socket, "one\n");
                assertThat(harness.await(ProcessingFailed.class).reason()).startsWith("NullPointerException");
                assertThat(readAll(socket)).isEmpty();
            }
        }

        @Test
        void thatThrowsAtTheOpeningIsTheProcessorsFailure() throws Exception {
            ProcessorFactory refusing = () -> new Processor() {
                @Override
                public void opened(Session session) {
                    throw new IllegalStateException("not today");
                }

                @Override
                public void process(Session session, ByteString frame) {}
            };
            try (Harness harness = Harness.plaintext(refusing);
                    Socket socket = harness.connect()) {
                assertThat(readAll(socket)).isEmpty();
                socket.shutdownOutput();
                assertThat(harness.await(Closed.class).end().toString())
                        .isEqualTo("processor failed: IllegalStateException: not today");
            }
        }

        @Test
        void thatThrowsWhereItSaysHowFarItReachesFailsTheStart() {
            ProcessorFactory unreachable = () -> new Processor() {
                @Override
                public AckStep reaches() {
                    throw new IllegalStateException("nowhere");
                }

                @Override
                public void process(Session session, ByteString frame) {}
            };
            assertThatThrownBy(() -> Harness.plaintext(unreachable, "protocol = lines"))
                    .hasRootCauseMessage("nowhere");
        }

        @Test
        void inASubscriberHarmsNoConnection() throws Exception {
            try (Harness harness = Harness.plaintext(echo, "max-connections = 1")) {
                harness.fault = event -> event instanceof Handshaken || event instanceof Refused;
                try (Socket first = harness.connect()) {
                    harness.await(Handshaken.class);
                    harness.connect().close();
                    harness.await(Refused.class);
                    send(first, "still here");
                    first.shutdownOutput();
                    assertThat(readAll(first)).isEqualTo("still here");
                }
                assertThat(harness.await(Closed.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
                assertThat(harness.server().drain().toCompletableFuture().join().cut())
                        .isZero();
            }
        }
    }

    @Nested
    class Limits {
        @Test
        void ofConnectionsTurnOneMoreAway() throws Exception {
            try (Harness harness = Harness.plaintext(echo, "max-connections = 1");
                    Socket first = harness.connect()) {
                harness.await(Handshaken.class);
                try (Socket second = harness.connect()) {
                    assertThatThrownBy(() -> second.getInputStream().read()).isInstanceOf(SocketException.class);
                }
                Refused refused = harness.await(Refused.class);
                assertThat(refused.limit()).isEqualTo("max-connections");
                assertThat(refused.reason()).isEqualTo("1 connections are open");
                send(first, "still here");
                first.shutdownOutput();
                assertThat(readAll(first)).isEqualTo("still here");
                harness.await(Closed.class);
                // The end is told before the listener has let the connection go.
                do {
                    harness.connect().close();
                } while (harness.await(ConnectionEvent.class) instanceof Refused);
            }
        }
    }

    @Nested
    class Draining {
        @Test
        void processesAndAnswersWhatHasBeenReceived() throws Exception {
            CountDownLatch go = new CountDownLatch(1);
            ProcessorFactory slow = () -> (session, frame) -> {
                go.await();
                session.send(frame);
            };
            try (Harness harness = Harness.plaintext(slow, "protocol = lines");
                    Socket socket = harness.connect()) {
                send(socket, "one\ntwo\n");
                harness.await(Framed.class);
                var drained = harness.server().drain().toCompletableFuture();
                go.countDown();
                assertThat(readAll(socket)).isEqualTo("one\ntwo\n");
                socket.shutdownOutput();
                assertThat(drained.join()).isEqualTo(new Drained(0, 0, 0));
                assertThat(harness.await(Closed.class).end().kind()).isEqualTo(Kind.DRAINED);
                assertThatThrownBy(harness::connect).hasMessageContaining("refused");
            }
        }

        @Test
        void cutsAndReportsWhatIsLeftAfterTheTimeout() throws Exception {
            CountDownLatch never = new CountDownLatch(1);
            ProcessorFactory stuck = () -> new Processor() {
                @Override
                public void process(Session session, ByteString frame) throws InterruptedException {
                    never.await();
                }
            };
            try (Harness harness = Harness.plaintext(stuck, "protocol = lines");
                    Socket socket = harness.connect()) {
                send(socket, "one\ntwo\npartial");
                harness.await(Framed.class);
                var drained = harness.server().drain(Duration.ofMillis(50)).toCompletableFuture();
                Closed closed = harness.await(Closed.class);
                assertThat(closed.end().kind()).isEqualTo(Kind.CUT);
                assertThat(closed.summary().framesLost()).isEqualTo(2);
                never.countDown();
                Drained report = drained.join();
                assertThat(report.cut()).isEqualTo(1);
                assertThat(report.lostFrames()).isEqualTo(2);
                assertThat(report.lostBytes()).isEqualTo(6 + 7);
            }
        }

        @Test
        void leavesAProcessorBehindThatHangs() throws Exception {
            CountDownLatch never = new CountDownLatch(1);
            ProcessorFactory stuck = () -> (session, frame) -> never.await();
            try (Harness harness = Harness.plaintext(stuck, "protocol = lines");
                    Socket socket = harness.connect()) {
                send(socket, "one\n");
                harness.await(Framed.class);
                // The promise is one of time: a second more than it was given, on a machine that has other work, too.
                var drained = harness.server().drain(Duration.ofMillis(50)).toCompletableFuture();
                assertThat(drained.get(3, TimeUnit.SECONDS).cut()).isEqualTo(1);
                never.countDown();
            }
        }

        @Test
        void waitsForAClientThatStillReadsItsReplies() throws Exception {
            byte[] much = new byte[16 << 20];
            ProcessorFactory generous = () -> (session, frame) -> session.send(ByteString.fromArrayUnsafe(much));
            try (Harness harness = Harness.plaintext(generous, "protocol = raw", "close-linger = 1ms");
                    Socket socket = harness.connect()) {
                send(socket, "much");
                socket.shutdownOutput();
                harness.await(Processed.class);
                var drained = harness.server().drain().toCompletableFuture();
                assertThat(socket.getInputStream().readNBytes(1 << 20)).hasSize(1 << 20);
                assertThat(drained).as("15 MiB are still to come").isNotDone();
                assertThat(socket.getInputStream().readAllBytes()).hasSize(much.length - (1 << 20));
                assertThat(drained.join()).isEqualTo(new Drained(0, 0, 0));
            }
        }

        @Test
        void isQuickWhenNobodyIsThere() {
            try (Harness harness = Harness.plaintext(echo)) {
                assertThat(harness.server().drain().toCompletableFuture().join())
                        .isEqualTo(new Drained(0, 0, 0));
            }
        }
    }

    @Test
    void saysThatThePortIsTaken() {
        try (Harness harness = Harness.plaintext(echo)) {
            int port = harness.server().localAddress().getPort();
            assertThatThrownBy(() -> Harness.plaintext(echo, "port = " + port))
                    .hasRootCauseInstanceOf(BindException.class);
        }
    }
}
