package io.penstock.server.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.Trust;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every engine against a client of the JDK, in memory. */
class TlsEngineTest {
    @RegisterExtension
    final NativeLeftovers leftovers = NativeLeftovers.ofEngines();

    private static final CertificateAuthority CA = CertificateAuthority.create("test");
    private static final SSLContext CLIENT = Clients.trusting(CA.certificate(), Optional.empty());
    private static final int ALL = 1 << 20;

    static Stream<Arguments> kinds() {
        return Stream.of(EngineKind.values())
                .flatMap(kind -> Stream.of("TLSv1.3", "TLSv1.2").map(version -> Arguments.of(kind, version)));
    }

    private static EnginePair connect(EngineKind kind, String version, int piece) throws SSLException {
        return new EnginePair(kind.context(CA.server("localhost"), Trust.NONE), CLIENT, version, piece).handshake();
    }

    private static byte[] data(int length) {
        byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return data;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void tellsWhatTheHandshakeHasAgreedOn(EngineKind kind, String version) throws Exception {
        try (EnginePair pair = connect(kind, version, ALL)) {
            assertThat(pair.server.isOpen()).isTrue();
            assertThat(pair.server.session().version()).isEqualTo(version);
            assertThat(pair.server.session().cipher())
                    .isEqualTo(pair.client.engine.getSession().getCipherSuite());
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void takesEverySplitOfTheBytes(EngineKind kind, String version) throws Exception {
        for (int piece : new int[] {1, 2, 5, 6, 333, 16_384}) {
            try (EnginePair pair = connect(kind, version, piece)) {
                pair.toServer(pair.client.wrap(data(20_000)));
                pair.send(data(20_000));

                assertThat(pair.received.toByteArray()).isEqualTo(data(20_000));
                assertThat(pair.client.received.toByteArray()).isEqualTo(data(20_000));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void takesManyRecordsAtOnce(EngineKind kind, String version) throws Exception {
        try (EnginePair pair = connect(kind, version, ALL)) {
            ByteArrayOutputStream records = new ByteArrayOutputStream();
            for (int i = 0; i < 2_000; i++) {
                records.writeBytes(pair.client.wrap(data(100)));
            }
            pair.server.receive(ByteString.fromArray(records.toByteArray()));

            assertThat(pair.server.takePlaintext().size()).isEqualTo(200_000);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void writesWhateverTheLength(EngineKind kind, String version) throws Exception {
        for (int length : new int[] {1, 16_383, 16_384, 16_385, 65_536, 65_537, 1_000_000}) {
            try (EnginePair pair = connect(kind, version, ALL)) {
                pair.server.send(ByteString.fromArray(data(length)));
                byte[] records = pair.fromServer();
                for (int at = 0; at < records.length; at += 50_000) {
                    pair.client.take(Arrays.copyOfRange(records, at, Math.min(records.length, at + 50_000)));
                }
                assertThat(pair.client.received.toByteArray()).isEqualTo(data(length));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void writesTheSlicesOfAByteString(EngineKind kind, String version) throws Exception {
        try (EnginePair pair = connect(kind, version, ALL)) {
            ByteString slices = ByteString.fromString("one, ")
                    .concat(ByteString.fromString("xtwo, ").drop(1))
                    .concat(ByteString.fromString("three"));
            pair.server.send(slices);
            pair.exchange();

            assertThat(pair.client.received).hasToString("one, two, three");
        }
    }

    @ParameterizedTest
    @EnumSource
    void updatesKeysWhileItWrites(EngineKind kind) throws Exception {
        try (EnginePair pair = connect(kind, "TLSv1.3", 1_000)) {
            for (int round = 0; round < 40; round++) {
                pair.client.engine.beginHandshake(); // after the handshake a KeyUpdate that asks for one in return
                pair.toServer(pair.client.wrap(new byte[0]));
                pair.toServer(pair.client.wrap("ping".getBytes(US_ASCII)));
                pair.send("pong".getBytes(US_ASCII));
            }
            assertThat(pair.received).hasToString("ping".repeat(40));
            assertThat(pair.client.received).hasToString("pong".repeat(40));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesRenegotiation(EngineKind kind) throws Exception {
        try (EnginePair pair = connect(kind, "TLSv1.2", ALL)) {
            pair.client.engine.beginHandshake();
            byte[] hello = pair.client.wrap(new byte[0]);

            assertThatThrownBy(() -> pair.toServer(hello))
                    .isInstanceOf(TlsFailedException.class)
                    .hasMessageContaining("renegotiate");
            if (kind == EngineKind.NATIVE) {
                assertThatThrownBy(() -> pair.client.take(pair.fromServer())).hasMessageContaining("no_renegotiation");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void endsInOrder(EngineKind kind, String version) throws Exception {
        try (EnginePair pair = connect(kind, version, ALL)) {
            pair.server.closeOutbound();
            pair.server.closeOutbound();
            assertThat(pair.server.isOutboundClosed()).isTrue();
            pair.toServer(pair.client.take(pair.fromServer()));
            assertThat(pair.client.engine.isInboundDone()).isTrue();
            pair.toServer(pair.client.close());

            assertThat(pair.server.isInboundClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWritingAfterThePeersCloseNotify(EngineKind kind) throws Exception {
        try (EnginePair pair = connect(kind, "TLSv1.3", ALL)) {
            pair.toServer(pair.client.wrap("question".getBytes(US_ASCII)));
            pair.toServer(pair.client.close());
            assertThat(pair.server.isInboundClosed()).isTrue();
            assertThat(pair.server.isOutboundClosed()).isFalse();

            pair.send(data(100_000));
            pair.server.closeOutbound();
            pair.exchange();

            assertThat(pair.received).hasToString("question");
            assertThat(pair.client.received.toByteArray()).isEqualTo(data(100_000));
            assertThat(pair.client.engine.isInboundDone()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void goesOnReadingAfterItsOwnCloseNotify(EngineKind kind, String version) throws Exception {
        try (EnginePair pair = connect(kind, version, ALL)) {
            byte[] late = pair.client.wrap("late".getBytes(US_ASCII));
            pair.server.closeOutbound();
            pair.toServer(late);

            assertThat(pair.received).hasToString("late");
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void deliversWhatCameBeforeARecordThatIsBrokenAndSendsAnAlert(EngineKind kind, String version) throws Exception {
        try (EnginePair pair = connect(kind, version, ALL)) {
            byte[] good = pair.client.wrap("good".getBytes(US_ASCII));
            byte[] bad = pair.client.wrap("bad".getBytes(US_ASCII));
            bad[bad.length - 1] ^= 1;
            byte[] both = Arrays.copyOf(good, good.length + bad.length);
            System.arraycopy(bad, 0, both, good.length, bad.length);

            assertThatThrownBy(() -> pair.toServer(both)).isInstanceOf(TlsFailedException.class);
            assertThat(pair.received).hasToString("good");
            assertThatThrownBy(() -> pair.client.take(pair.fromServer())).hasMessageContaining("bad_record_mac");
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void ignoresWhatComesAfterCloseNotify(EngineKind kind, String version) throws Exception {
        try (EnginePair pair = connect(kind, version, ALL)) {
            byte[] end = pair.client.close();
            pair.toServer(Arrays.copyOf(end, end.length + 100));
            pair.toServer(new byte[100]);

            assertThat(pair.server.isInboundClosed()).isTrue();
            assertThat(pair.received.size()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesTheClientsAlert(EngineKind kind) throws Exception {
        SSLContext stranger =
                Clients.trusting(CertificateAuthority.create("other").certificate(), Optional.empty());
        for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
            try (EnginePair pair =
                    new EnginePair(kind.context(CA.server("localhost"), Trust.NONE), stranger, version, ALL)) {
                assertThatThrownBy(pair::handshake).isInstanceOf(SSLException.class);
                byte[] alert = pair.client.wrap(new byte[0]);
                assertThatThrownBy(() -> pair.toServer(alert))
                        .isInstanceOf(TlsFailedException.class)
                        .hasMessageContaining("certificate_unknown");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesAnAlertThatComesInPlainWhenWeHaveKeys(EngineKind kind) throws Exception {
        byte[] alert = {21, 3, 3, 0, 2, 2, 48};
        for (int piece : new int[] {1, ALL}) {
            try (EnginePair pair =
                    new EnginePair(kind.context(CA.server("localhost"), Trust.NONE), CLIENT, "TLSv1.3", piece)) {
                pair.toServer(pair.client.wrap(new byte[0]));

                assertThatThrownBy(() -> pair.toServer(alert))
                        .isInstanceOf(TlsFailedException.class)
                        .hasMessageEndingWith("unknown_ca");
            }
        }
    }

    @Test
    void answersWhatIsNoClientHelloWithAnAlert() throws Exception {
        TlsContext server = EngineKind.NATIVE.context(CA.server("localhost"), Trust.NONE);
        try (EnginePair pair = new EnginePair(server, CLIENT, "TLSv1.3", ALL)) {
            assertThatThrownBy(() -> pair.toServer(new byte[] {22, 3, 1, 0, 4, 99, 0, 0, 0}))
                    .isInstanceOf(TlsFailedException.class);
            assertThat(pair.fromServer()).startsWith(21, 3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void canBeGivenUpAtEveryStepOfTheHandshake(EngineKind kind) throws Exception {
        byte[] hello = new EngineClient(CLIENT, "TLSv1.3").wrap(new byte[0]);
        TlsContext context = kind.context(CA.server("localhost"), Trust.NONE);
        for (int length = 0; length <= hello.length; length += 29) {
            TlsEngine engine = context.engine(Optional.empty());
            engine.receive(ByteString.fromArray(Arrays.copyOf(hello, length)));
            engine.closeOutbound();
            engine.release();
        }
    }
}
