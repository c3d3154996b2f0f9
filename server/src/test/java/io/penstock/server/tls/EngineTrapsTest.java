package io.penstock.server.tls;

import static io.penstock.server.tls.StagedServer.next;
import static io.penstock.server.tls.StagedServer.readUntil;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.Identity;
import java.io.ByteArrayOutputStream;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.StreamTcpException;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The known traps of TLS state machines, for each engine and version, in the stage and without sockets.
 *
 * <p>{@code -Dsuites.step=1} has the peer leave at every byte of the handshake, not at every eleventh.
 */
class EngineTrapsTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final ExecutorService TASKS = Executors.newFixedThreadPool(2);
    private static final CertificateAuthority CA = CertificateAuthority.create("test");
    private static final Identity SERVER = CA.server("localhost");
    private static final SSLContext CLIENT = clientContext();
    private static final Map<EngineKind, Function<Optional<ClientHello>, TlsEngine>> ENGINES =
            new EnumMap<>(EngineKind.class);
    private static final int STEP = Integer.getInteger("suites.step", 11);
    /** As many records without data as outside suites send and expect to be served after. */
    private static final int TOLERATED = 32;

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
        TASKS.shutdown();
    }

    static Stream<Arguments> enginesAndVersions() {
        return Arrays.stream(EngineKind.values())
                .flatMap(kind -> Stream.of("TLSv1.2", "TLSv1.3").map(version -> Arguments.of(kind, version)));
    }

    private static SSLContext clientContext() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", CA.certificate());
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static StagedServer start(EngineKind kind) {
        return new StagedServer(KIT.system(), ENGINES.computeIfAbsent(kind, engine -> engine.serving(SERVER)), TASKS);
    }

    private static byte[] data(int length) {
        byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return data;
    }

    private static void released(StagedServer server) {
        server.engine.join().released.join();
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void recordsThatComeByteByByte(EngineKind kind, String version) throws Exception {
        StagedServer server = start(kind);
        EngineClient client = server.connect(CLIENT, version, 1);
        assertThat(server.handshaken.join().version()).isEqualTo(version);
        server.receives(client.wrap(data(3_000)), 1);
        assertThat(server.plain(3_000)).isEqualTo(data(3_000));
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void recordsCutInTwoAtEveryByte(EngineKind kind, String version) throws Exception {
        StagedServer server = start(kind);
        EngineClient client = server.connect(CLIENT, version, 1000);
        int both = 2;
        for (int cut = 0; cut <= both; cut++) {
            ByteArrayOutputStream two = new ByteArrayOutputStream();
            two.writeBytes(client.wrap(data(20)));
            two.writeBytes(client.wrap(data(20)));
            both = two.size();
            server.receives(Arrays.copyOf(two.toByteArray(), cut));
            server.receives(Arrays.copyOfRange(two.toByteArray(), cut, two.size()));
            byte[] plain = server.plain(40);
            assertThat(Arrays.copyOf(plain, 20)).isEqualTo(data(20));
            assertThat(Arrays.copyOfRange(plain, 20, 40)).isEqualTo(data(20));
        }
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void manyRecordsInOneSegment(EngineKind kind, String version) throws Exception {
        StagedServer server = start(kind);
        EngineClient client = server.connect(CLIENT, version, 100_000);
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = 0; i < 500; i++) {
            records.writeBytes(client.wrap(data(50)));
        }
        server.receives(records.toByteArray());
        assertThat(next(server.plainOut).orElseThrow().size()).isEqualTo(25_000);
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void writesOfEveryAwkwardLength(EngineKind kind, String version) throws Exception {
        StagedServer server = start(kind);
        EngineClient client = server.connect(CLIENT, version, 1000);
        for (int length : new int[] {1, 16_383, 16_384, 16_385, 32_769, 200_000}) {
            client.received.reset();
            server.plainIn.offer(ByteString.fromArray(data(length)));
            readUntil(client, server, length);
            assertThat(client.received.toByteArray()).isEqualTo(data(length));
        }
    }

    /** After the handshake this is a KeyUpdate that asks for one in return. */
    private static byte[] keyUpdate(EngineClient client) throws Exception {
        client.engine.beginHandshake();
        return client.wrap(new byte[0]);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void keyUpdatesWhileItSends(EngineKind kind) throws Exception {
        StagedServer server = start(kind);
        EngineClient client = server.connect(CLIENT, "TLSv1.3", 1000);
        byte[] much = data(100_000);
        for (int round = 1; round <= 10; round++) {
            server.plainIn.offer(ByteString.fromArray(much));
            server.receives(keyUpdate(client));
            server.plainIn.offer(ByteString.fromArray(much));
            server.receives(client.wrap("ping".getBytes(US_ASCII)));
            assertThat(server.plain(4)).isEqualTo("ping".getBytes(US_ASCII));
            readUntil(client, server, 2 * round * much.length);
        }
        byte[] received = client.received.toByteArray();
        for (int at = 0; at < received.length; at += much.length) {
            assertThat(Arrays.copyOfRange(received, at, at + much.length)).isEqualTo(much);
        }
    }

    static Stream<EngineKind> engines() {
        return Arrays.stream(EngineKind.values());
    }

    @ParameterizedTest
    @MethodSource("engines")
    void asManyKeyUpdatesInARowAsOutsideSuitesSend(EngineKind kind) throws Exception {
        StagedServer server = start(kind);
        EngineClient client = server.connect(CLIENT, "TLSv1.3", 1000);
        ByteArrayOutputStream updates = new ByteArrayOutputStream();
        for (int i = 0; i < TOLERATED; i++) {
            updates.writeBytes(keyUpdate(client));
        }
        updates.writeBytes(client.wrap("ping".getBytes(US_ASCII)));
        server.receives(updates.toByteArray());
        assertThat(server.plain(4)).isEqualTo("ping".getBytes(US_ASCII));
        server.plainIn.offer(ByteString.fromString("pong"));
        readUntil(client, server, 4);
        assertThat(client.received).hasToString("pong");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aFloodOfKeyUpdatesIsCut(EngineKind kind) throws Exception {
        StagedServer server = start(kind);
        EngineClient client = server.connect(CLIENT, "TLSv1.3", 1000);
        server.receives(client.wrap("data".getBytes(US_ASCII)));
        for (int i = 0; i <= TOLERATED; i++) {
            server.receives(keyUpdate(client));
        }
        assertThat(server.plain(4)).isEqualTo("data".getBytes(US_ASCII));
        assertThatThrownBy(() -> next(server.plainOut))
                .cause()
                .isInstanceOfSatisfying(
                        TlsFailedException.class,
                        failed -> assertThat(failed.fault()).isEqualTo(TlsFault.EMPTY_RECORDS));
        Throwable alert = catchThrowable(() -> {
            while (!client.engine.isInboundDone()) {
                client.take(server.sent());
            }
        });
        if (alert != null) {
            // The JDK's engine has no alert for it, and says close_notify.
            assertThat(alert).hasMessageContaining("unexpected_message");
        }
        assertThat(next(server.cipherOut)).as("FIN").isEmpty();
        released(server);
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void resumptionByWhatItGaveTheClient(EngineKind kind, String version) throws Exception {
        SSLContext context = clientContext();
        int[] sent = new int[2];
        for (int i = 0; i < 2; i++) {
            StagedServer server = start(kind);
            EngineClient client = new EngineClient(context, version);
            server.receives(client.wrap(new byte[0]));
            while (client.handshaking()) {
                byte[] bytes = server.sent();
                sent[i] += bytes.length;
                server.receives(client.take(bytes));
            }
            // Tickets of TLS 1.3 come after the handshake.
            server.plainIn.offer(ByteString.fromString("x"));
            readUntil(client, server, 1);
            server.receives(client.close());
            assertThat(next(server.plainOut)).isEmpty();
        }
        assertThat(sent[1])
                .as("without the certificate")
                .isLessThan(sent[0] - SERVER.leaf().getEncoded().length / 2);
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void finAtEveryByteOfTheHandshake(EngineKind kind, String version) throws Exception {
        leaveAtEveryByte(
                kind,
                version,
                server -> server.cipherIn.complete(),
                Set.of("PROBE", "CLOSED_IN_HANDSHAKE"),
                "TruncatedException");
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void resetAtEveryByteOfTheHandshake(EngineKind kind, String version) throws Exception {
        leaveAtEveryByte(
                kind,
                version,
                server -> server.cipherIn.fail(new StreamTcpException("reset by peer")),
                Set.of("PROBE", "RESET_IN_HANDSHAKE"),
                "StreamTcpException");
    }

    private interface Leaving {
        void leave(StagedServer server);
    }

    private void leaveAtEveryByte(
            EngineKind kind, String version, Leaving leaving, Set<String> before, String afterwards) throws Exception {
        boolean through = false;
        for (int length = 0; !through; length += STEP) {
            StagedServer server = start(kind);
            through = sendOnly(length, server, version);
            leaving.leave(server);
            assertThat(reason(server)).as("after %s bytes", length).isIn(through ? Set.of(afterwards) : before);
            assertThat(server.handshaken.isDone()).as("after %s bytes", length).isEqualTo(through);
            if (server.engine.isDone()) {
                server.plainIn.complete();
                released(server);
            }
        }
    }

    /** The code of a TLS failure, the name of any other. */
    private static String reason(StagedServer server) {
        Throwable reason = catchThrowable(() -> next(server.plainOut)).getCause();
        return reason instanceof TlsFailedException failed
                ? failed.fault().name()
                : Objects.requireNonNull(reason).getClass().getSimpleName();
    }

    /** Sends so many bytes of a handshake; true when the handshake needs no more. */
    private static boolean sendOnly(int length, StagedServer server, String version) throws Exception {
        EngineClient client = new EngineClient(CLIENT, version);
        byte[] flight = client.wrap(new byte[0]);
        int left = length;
        while (left >= flight.length) {
            server.receives(flight);
            left -= flight.length;
            if (!client.handshaking()) {
                server.handshaken.join();
                return true;
            }
            flight = client.take(server.sent());
        }
        server.receives(Arrays.copyOf(flight, left));
        return false;
    }

    /** In TLS 1.2 the last word of the handshake is the server's. */
    @ParameterizedTest
    @MethodSource("engines")
    void aBrokenRecordRightBehindTheHandshake(EngineKind kind) throws Exception {
        StagedServer server = start(kind);
        EngineClient client = new EngineClient(CLIENT, "TLSv1.3");
        server.receives(client.wrap(new byte[0]));
        ByteArrayOutputStream last = new ByteArrayOutputStream();
        while (client.handshaking()) {
            server.receives(last.toByteArray());
            last.reset();
            last.writeBytes(client.take(server.sent()));
        }
        last.writeBytes(client.wrap("good".getBytes(US_ASCII)));
        byte[] bad = client.wrap("bad".getBytes(US_ASCII));
        bad[bad.length - 1] ^= 1;
        last.writeBytes(bad);
        server.receives(last.toByteArray());
        assertThat(server.plain(4)).isEqualTo("good".getBytes(US_ASCII));
        assertThat(server.handshaken).as("told before the first plain byte").isCompleted();
        assertThatThrownBy(() -> next(server.plainOut)).hasCauseInstanceOf(TlsFailedException.class);
        released(server);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void renegotiationIsRefusedWithAnAlert(EngineKind kind) throws Exception {
        StagedServer server = start(kind);
        EngineClient client = server.connect(CLIENT, "TLSv1.2", 1000);
        server.receives(keyUpdate(client)); // in TLS 1.2 it is another handshake
        assertThatThrownBy(() -> next(server.plainOut)).hasCauseInstanceOf(TlsFailedException.class);
        assertThatThrownBy(() -> client.take(server.sent()))
                .hasMessageMatching(".*(handshake_failure|no_renegotiation)");
        assertThat(next(server.cipherOut)).as("FIN").isEmpty();
        released(server);
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void closingInTheHandshake(EngineKind kind, String version) throws Exception {
        for (int step = 0; step < 2; step++) {
            StagedServer server = start(kind);
            EngineClient client = new EngineClient(CLIENT, version);
            server.receives(client.wrap(new byte[0]));
            if (step == 1) {
                server.sent();
            }
            server.plainIn.complete();
            while (next(server.cipherOut).isPresent()) {
                // Whatever it has to say; the end is what counts.
            }
            assertThat(server.handshaken).isNotCompleted();
            server.cipherIn.complete();
            released(server);
        }
    }
}
