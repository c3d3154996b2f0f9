package io.penstock.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.Session;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Processed;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Much, both ways, by many. */
class TrafficTest {
    @Nested
    class Echo {
        @RegisterExtension
        final PenstockExtension penstock = PenstockExtension.create().processor(() -> Session::send);

        private SSLSocket socket(String version) throws IOException {
            SSLContext context = penstock.ca().clientContext(java.util.Optional.empty());
            SSLSocket socket = (SSLSocket) context.getSocketFactory()
                    .createSocket(
                            penstock.server().localAddress().getAddress(),
                            penstock.server().localAddress().getPort());
            socket.setEnabledProtocols(new String[] {version});
            socket.setSoTimeout(TlsClient.PATIENCE_MILLIS);
            return socket;
        }

        @ParameterizedTest
        @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
        void returnsEveryByteInOrderWhateverTheSizesOfTheWrites(String version)
                throws IOException, InterruptedException, ExecutionException {
            byte[] data = new byte[8 << 20];
            new Random(20261123).nextBytes(data);
            ExecutorService executor = Executors.newSingleThreadExecutor();
            try (SSLSocket socket = socket(version)) {
                socket.startHandshake();
                Future<?> writer = executor.submit(() -> write(socket, data));
                InputStream in = socket.getInputStream();
                assertThat(in.readNBytes(data.length)).isEqualTo(data);
                writer.get();
            } finally {
                executor.shutdownNow();
            }
            assertThat(penstock.awaitEvent(Closed.class).summary().bytesOut()).isEqualTo(data.length);
        }

        private Object write(SSLSocket socket, byte[] data) throws IOException {
            Random sizes = new Random(1);
            for (int at = 0; at < data.length; ) {
                int length = Math.min(data.length - at, 1 + sizes.nextInt(40_000));
                socket.getOutputStream().write(data, at, length);
                at += length;
            }
            return data;
        }

        @Test
        void sendsWhatItOwesAfterTheClientHasEndedItsStream() {
            byte[] data = new byte[1 << 20];
            Arrays.fill(data, (byte) 'x');
            try (TlsClient client = penstock.connect()) {
                client.send(data).endStream();
                assertThat(client.readAll()).isEqualTo(new String(data, US_ASCII));
            }
            assertThat(penstock.awaitEvent(Closed.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
        }
    }

    @Nested
    class SlowReader {
        private static final ByteString MUCH = ByteString.fromArrayUnsafe(new byte[16 << 20]);

        /** More than sockets have buffers for, a last word, and no patience at all. */
        @RegisterExtension
        final PenstockExtension penstock = PenstockExtension.create()
                .with("protocol", "lines")
                .with("close-linger", "1ms")
                .processor(() -> (session, frame) -> {
                    if (frame.utf8String().equals("end")) {
                        session.send(ByteString.fromString("bye"));
                        session.disconnect("told to");
                    } else {
                        session.send(MUCH);
                    }
                });

        @Test
        void getsWhatItIsOwedHoweverShortTheLinger() {
            try (TlsClient client = penstock.connect()) {
                client.send("much\n");
                penstock.awaitEvent(Processed.class);
                client.send("end\n");
                penstock.awaitEvent(Processed.class);
                assertThat(client.readAll()).endsWith("\nbye\n").hasSize(MUCH.size() + 5);
            }
            assertThat(penstock.awaitEvent(Closed.class).end().kind()).isEqualTo(Kind.CLOSED_BY_PROCESSOR);
        }
    }

    @Nested
    class TwoHundredClients {
        private static final int CLIENTS = 200;
        private static final int LINES = 50;

        private final Map<Long, ConcurrentLinkedQueue<String>> seen = new ConcurrentHashMap<>();

        @RegisterExtension
        final PenstockExtension penstock =
                PenstockExtension.create().with("protocol", "lines").processor(() -> this::note);

        private void note(Session session, ByteString frame) {
            seen.computeIfAbsent(session.connection().id(), id -> new ConcurrentLinkedQueue<>())
                    .add(frame.utf8String());
        }

        @Test
        void arriveWholeAndInOrderEach() throws InterruptedException, ExecutionException {
            ExecutorService executor = Executors.newFixedThreadPool(CLIENTS);
            CountDownLatch together = new CountDownLatch(CLIENTS);
            try {
                List<Future<Object>> clients = IntStream.range(0, CLIENTS)
                        .mapToObj(number -> executor.submit(() -> send(number, together)))
                        .toList();
                for (Future<?> client : clients) {
                    client.get();
                }
            } finally {
                executor.shutdownNow();
            }
            for (int i = 0; i < CLIENTS; i++) {
                assertThat(penstock.awaitEvent(Closed.class).summary().framesProcessed())
                        .isEqualTo(LINES);
            }
            List<List<String>> expected =
                    IntStream.range(0, CLIENTS).mapToObj(this::lines).toList();
            assertThat(seen.values().stream().map(List::copyOf).toList()).containsExactlyInAnyOrderElementsOf(expected);
        }

        private List<String> lines(int client) {
            return IntStream.range(0, LINES)
                    .mapToObj(line -> "client " + client + " line " + line)
                    .toList();
        }

        private Object send(int number, CountDownLatch together) throws InterruptedException {
            Random random = new Random(number);
            try (TlsClient client = penstock.connect()) {
                together.countDown();
                together.await();
                byte[] text = (String.join("\n", lines(number)) + "\n").getBytes(US_ASCII);
                for (int at = 0; at < text.length; ) {
                    int end = Math.min(text.length, at + 1 + random.nextInt(30));
                    client.send(Arrays.copyOfRange(text, at, end));
                    at = end;
                }
            }
            return number;
        }
    }
}
