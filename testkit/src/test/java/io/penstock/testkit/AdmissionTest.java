package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.Processors;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Accepted;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionEvent.Handshaken;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.Identity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits that only TLS can reach: handshakes in progress, and clients by their certificates. */
class AdmissionTest {
    private static final TestCa CA = new TestCa();
    private static final Identity PUMP = CA.client("pump");
    private static final Identity METER = CA.client("meter");

    private static PenstockExtension echo(String key, Object value) {
        return PenstockExtension.create()
                .ca(CA)
                .clientAuth(ClientAuth.OPTIONAL)
                .processor(Processors.echo())
                .with("protocol", "lines")
                .with(key, value);
    }

    private static void echoes(TlsClient client) {
        assertThat(client.send("hello\n").readLine()).isEqualTo("hello");
    }

    @Nested
    class Handshakes {
        /** The header of a record of 512 bytes, and the beginning of a ClientHello. */
        private static final byte[] PART_OF_HELLO = HexFormat.of().parseHex("1603010200" + "010001fc0303");

        @RegisterExtension
        final PenstockExtension penstock = echo("admission.handshakes", 3);

        private RawClient arrived(RawClient client) {
            penstock.awaitEvent(Accepted.class);
            return client;
        }

        private RawClient open() throws IOException {
            return arrived(new RawClient(penstock.server().localAddress()));
        }

        @Test
        void ofWhichThereAreTooManyEndTheOldestSilentOne() throws IOException {
            try (RawClient talking = open().send(PART_OF_HELLO);
                    RawClient silent = open();
                    RawClient younger = open()) {
                try (TlsClient honest = penstock.connect()) {
                    Failed failed = penstock.awaitEvent(Failed.class);
                    assertThat(failed.connection().peer().getPort())
                            .isIn(
                                    silent.socket().getLocalPort(),
                                    talking.socket().getLocalPort());
                    assertThat(failed.end().kind()).isEqualTo(Kind.REFUSED);
                    assertThat(failed.end().code()).isEqualTo("admission.handshakes");
                    assertThat(failed.end().detail())
                            .startsWith("3 handshakes were in progress, and it was the oldest");
                    echoes(honest);
                }
                assertThat(younger.socket().isConnected()).isTrue();
            }
        }

        @Test
        void ofAFloodDoNotKeepHonestClientsOut() throws IOException {
            List<RawClient> flood = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                flood.add(new RawClient(penstock.server().localAddress()));
                try (TlsClient honest = penstock.connect()) {
                    echoes(honest);
                }
            }
            for (RawClient one : flood) {
                one.close();
            }
        }

        @Test
        void thatHaveEndedDoNotCount() {
            List<TlsClient> clients = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                clients.add(penstock.connect());
                penstock.awaitEvent(Handshaken.class);
            }
            clients.forEach(AdmissionTest::echoes);
            clients.forEach(TlsClient::close);
        }
    }

    @Nested
    class ConnectionsOfOneClient {
        @RegisterExtension
        final PenstockExtension penstock = echo("admission.identity-connections", 2);

        @Test
        void endBeyondTheLimitBeforeAnyOfTheirDataIsRead() {
            try (TlsClient first = penstock.connect(PUMP);
                    TlsClient second = penstock.connect(PUMP)) {
                echoes(first);
                echoes(second);
                try (TlsClient third = penstock.connect(PUMP);
                        TlsClient meter = penstock.connect(METER);
                        TlsClient stranger = penstock.connect()) {
                    assertThat(third.send("too many\n").readAll()).isEmpty();
                    assertThat(penstock.awaitEvent(Failed.class).end())
                            .isEqualTo(new ConnectionEnd(
                                    Kind.REFUSED,
                                    "admission.identity-connections",
                                    "2 connections of CN=pump are open"));
                    echoes(meter);
                    echoes(stranger);
                }
                echoes(first);
                echoes(second);
            }
        }

        @Test
        void countUntilTheyAreGone() {
            for (int i = 0; i < 5; i++) {
                try (TlsClient first = penstock.connect(PUMP)) {
                    echoes(first);
                }
                penstock.awaitEvent(Closed.class);
            }
        }
    }

    @Nested
    class TheNewestSession {
        @RegisterExtension
        final PenstockExtension penstock = echo("admission.session", "newest");

        @Test
        void closesTheOneBeforeItInOrder() {
            try (TlsClient old = penstock.connect(PUMP)) {
                echoes(old);
                try (TlsClient meter = penstock.connect(METER);
                        TlsClient latest = penstock.connect(PUMP)) {
                    assertThat(old.readAll()).isEmpty();
                    Closed closed = penstock.awaitEvent(Closed.class);
                    assertThat(closed.connection().peer().getPort()).isEqualTo(old.port());
                    assertThat(closed.end().kind()).isEqualTo(Kind.REFUSED);
                    assertThat(closed.end().code()).isEqualTo("admission.session");
                    assertThat(closed.end().detail()).startsWith("CN=pump has connected again, as c");
                    assertThat(closed.summary().framesProcessed()).isEqualTo(1);
                    echoes(latest);
                    echoes(meter);
                }
            }
        }
    }

    @Nested
    class TheOldestSession {
        @RegisterExtension
        final PenstockExtension penstock = echo("admission.session", "oldest");

        @Test
        void keepsOthersOut() {
            try (TlsClient old = penstock.connect(PUMP)) {
                penstock.awaitEvent(Handshaken.class);
                try (TlsClient late = penstock.connect(PUMP)) {
                    assertThat(late.readAll()).isEmpty();
                    assertThat(penstock.awaitEvent(Failed.class).end())
                            .isEqualTo(new ConnectionEnd(
                                    Kind.REFUSED, "admission.session", "CN=pump is connected already"));
                }
                echoes(old);
            }
        }
    }
}
