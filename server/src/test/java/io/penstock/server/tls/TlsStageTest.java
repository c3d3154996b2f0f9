package io.penstock.server.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.TlsSession;
import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.Trust;
import java.io.ByteArrayOutputStream;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceQueueWithComplete;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stage against a client engine, record by record and without sockets. */
class TlsStageTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final CertificateAuthority CA = CertificateAuthority.create("test");
    private static final TlsContext SERVER = TlsContext.of(CA.server("localhost"), Trust.NONE);
    private static final ExecutorService TASKS = Executors.newFixedThreadPool(2);
    private static final int ALERT = 21;

    private final CompletableFuture<TlsSession> handshaken = new CompletableFuture<>();
    private SourceQueueWithComplete<ByteString> cipherIn;
    private SinkQueueWithCancel<ByteString> cipherOut;
    private SourceQueueWithComplete<ByteString> plainIn;
    private SinkQueueWithCancel<ByteString> plainOut;

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
        TASKS.shutdown();
    }

    @BeforeEach
    void start() {
        TlsStage stage = new TlsStage(
                SERVER::engine,
                SERVER::explain,
                new HandshakeProgress(),
                handshaken::complete,
                TASKS,
                Duration.ofMillis(50));
        var user = Flow.fromSinkAndSourceMat(Sink.<ByteString>queue(), queue(), Keep.both());
        var network = Flow.fromSinkAndSourceMat(Sink.<ByteString>queue(), queue(), Keep.both());
        var all = user.joinMat(BidiFlow.fromGraph(stage).join(network, Keep.right()), Keep.both())
                .run(KIT.system());
        plainOut = all.first().first();
        plainIn = all.first().second();
        cipherOut = all.second().first();
        cipherIn = all.second().second();
    }

    private static Source<ByteString, SourceQueueWithComplete<ByteString>> queue() {
        return Source.queue(100_000, OverflowStrategy.fail());
    }

    private static SSLContext clientContext() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", CA.certificate());
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    /** One push for each piece. */
    private void toServer(byte[] bytes, int piece) {
        for (int at = 0; at < bytes.length; at += piece) {
            cipherIn.offer(ByteString.fromArray(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece))));
        }
    }

    private static Optional<ByteString> next(SinkQueueWithCancel<ByteString> queue) {
        return queue.pull().toCompletableFuture().join();
    }

    private byte[] fromServer() {
        return next(cipherOut).map(ByteString::toArray).orElseThrow(() -> new AssertionError("the server has ended"));
    }

    private EngineClient connect(String version, int piece) throws Exception {
        EngineClient client = new EngineClient(clientContext(), version);
        toServer(client.wrap(new byte[0]), piece);
        while (client.handshaking()) {
            toServer(client.take(fromServer()), piece);
        }
        handshaken.join();
        return client;
    }

    private byte[] plain(int length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (bytes.size() < length) {
            bytes.writeBytes(next(plainOut).orElseThrow().toArray());
        }
        return bytes.toByteArray();
    }

    private static byte[] data(int length) {
        byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return data;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void takesRecordsThatComeByteByByte(String version) throws Exception {
        EngineClient client = connect(version, 1);
        assertThat(handshaken.join().version()).isEqualTo(version);
        toServer(client.wrap(data(3_000)), 1);
        assertThat(plain(3_000)).isEqualTo(data(3_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void takesManyRecordsAtOnceAndPushesThemTogether(String version) throws Exception {
        EngineClient client = connect(version, 100_000);
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = 0; i < 50; i++) {
            records.writeBytes(client.wrap(data(500)));
        }
        toServer(records.toByteArray(), 1 << 20);
        assertThat(next(plainOut).orElseThrow().size()).isEqualTo(25_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16_383, 16_384, 16_385, 100_000})
    void writesWhateverTheLengthInWholeRecords(int length) throws Exception {
        EngineClient client = connect("TLSv1.3", 1000);
        plainIn.offer(ByteString.fromArray(data(length)));
        while (client.received.size() < length) {
            client.take(fromServer());
        }
        assertThat(client.received.toByteArray()).isEqualTo(data(length));
    }

    @Test
    void updatesKeysWhileItWrites() throws Exception {
        EngineClient client = connect("TLSv1.3", 1000);
        for (int round = 0; round < 5; round++) {
            client.engine.beginHandshake(); // after the handshake this is a KeyUpdate that asks for one in return
            toServer(client.wrap(new byte[0]), 1000);
            toServer(client.wrap("ping".getBytes(US_ASCII)), 1000);
            assertThat(plain(4)).isEqualTo("ping".getBytes(US_ASCII));
            plainIn.offer(ByteString.fromString("pong"));
            while (client.received.size() < 4 * (round + 1)) {
                toServer(client.take(fromServer()), 1000);
            }
        }
        assertThat(client.received).hasToString("pong".repeat(5));
    }

    @Test
    void refusesRenegotiation() throws Exception {
        EngineClient client = connect("TLSv1.2", 1000);
        client.engine.beginHandshake();
        toServer(client.wrap(new byte[0]), 1000);
        assertThatThrownBy(() -> next(plainOut)).hasCauseInstanceOf(TlsFailedException.class);
    }

    @Test
    void goesOnWritingAfterThePeersCloseNotify() throws Exception {
        EngineClient client = connect("TLSv1.3", 1000);
        toServer(client.wrap("question".getBytes(US_ASCII)), 1000);
        toServer(client.close(), 1000);
        assertThat(plain(8)).isEqualTo("question".getBytes(US_ASCII));
        assertThat(next(plainOut)).as("the peer's end").isEmpty();
        plainIn.offer(ByteString.fromString("answer"));
        plainIn.complete();
        while (!client.engine.isInboundDone()) {
            client.take(fromServer());
        }
        assertThat(client.received).hasToString("answer");
        assertThat(next(cipherOut)).as("FIN").isEmpty();
    }

    @Test
    void sendsCloseNotifyWhenTheUserEnds() throws Exception {
        EngineClient client = connect("TLSv1.3", 1000);
        plainIn.offer(ByteString.fromString("bye"));
        plainIn.complete();
        while (!client.engine.isInboundDone()) {
            client.take(fromServer());
        }
        assertThat(client.received).hasToString("bye");
        assertThat(next(cipherOut)).isEmpty();
        toServer(client.close(), 1000);
        assertThat(next(plainOut)).isEmpty();
    }

    @Test
    void tellsATruncationFromAnEnd() throws Exception {
        EngineClient client = connect("TLSv1.3", 1000);
        toServer(client.wrap("half a".getBytes(US_ASCII)), 1000);
        cipherIn.complete();
        assertThat(plain(6)).isEqualTo("half a".getBytes(US_ASCII));
        assertThatThrownBy(() -> next(plainOut)).hasCauseInstanceOf(TruncatedException.class);
    }

    @Test
    void answersWhatIsNoTlsWithAnAlertThenEnds() {
        toServer("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII), 1000);
        assertThat(fromServer()[0]).isEqualTo((byte) ALERT);
        assertThat(next(cipherOut)).as("FIN").isEmpty();
        assertThatThrownBy(() -> next(plainOut)).hasCauseInstanceOf(TlsFailedException.class);
    }

    @Test
    void namesTheAlertOfAClientThatDoesNotTrustIt() throws Exception {
        EngineClient client = new EngineClient(clientContext(), "TLSv1.3");
        toServer(client.wrap(new byte[0]), 1000);
        fromServer();
        toServer(new byte[] {ALERT, 3, 3, 0, 2, 2, 48}, 1000);
        assertThatThrownBy(() -> next(plainOut))
                .hasRootCauseMessage("the client does not know the CA of the server's certificate: unknown_ca")
                .hasCauseInstanceOf(TlsFailedException.class);
    }

    @Test
    void deliversWhatCameBeforeARecordThatIsBroken() throws Exception {
        EngineClient client = connect("TLSv1.3", 1000);
        byte[] good = client.wrap("good".getBytes(US_ASCII));
        byte[] bad = client.wrap("bad".getBytes(US_ASCII));
        bad[bad.length - 1] ^= 1;
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(good);
        both.writeBytes(bad);
        toServer(both.toByteArray(), 1 << 20);
        assertThat(plain(4)).isEqualTo("good".getBytes(US_ASCII));
        assertThatThrownBy(() -> next(plainOut)).hasCauseInstanceOf(TlsFailedException.class);
        assertThatThrownBy(() -> {
                    while (true) {
                        client.take(fromServer());
                    }
                })
                .hasMessageContaining("bad_record_mac");
    }

    @Test
    void endsWhenThePeerLeavesAtAnyPointOfTheHandshake() throws Exception {
        byte[] hello = new EngineClient(clientContext(), "TLSv1.3").wrap(new byte[0]);
        for (int length = 0; length <= hello.length; length += 37) {
            start();
            toServer(Arrays.copyOf(hello, length), 1000);
            cipherIn.complete();
            assertThatThrownBy(() -> next(plainOut))
                    .cause()
                    .isInstanceOfSatisfying(
                            TlsFailedException.class,
                            failed -> assertThat(failed.fault()).isIn(TlsFault.PROBE, TlsFault.CLOSED_IN_HANDSHAKE));
        }
    }
}
