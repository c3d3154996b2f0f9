package io.penstock.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.Session;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.server.pki.ClientAuth;
import io.penstock.testkit.hostile.BadCertificateClient;
import io.penstock.testkit.hostile.DrippingClient;
import io.penstock.testkit.hostile.GarbageClient;
import io.penstock.testkit.hostile.HalfHandshakeClient;
import io.penstock.testkit.hostile.HostileClient;
import io.penstock.testkit.hostile.HugeFrameClient;
import io.penstock.testkit.hostile.NonReadingClient;
import io.penstock.testkit.hostile.PlaintextClient;
import io.penstock.testkit.hostile.ProxySpoofClient;
import io.penstock.testkit.hostile.ReconnectingClient;
import io.penstock.testkit.hostile.RenegotiatingClient;
import io.penstock.testkit.hostile.ResettingClient;
import io.penstock.testkit.hostile.ServerEnd;
import io.penstock.testkit.hostile.SilentClient;
import io.penstock.testkit.hostile.TruncatingClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each hostile client, what the server does about it, and that an honest one is served beside it. */
class HostileClientsTest {
    private static PenstockExtension server() {
        return PenstockExtension.create()
                .processor(() -> Session::send)
                .with("protocol", "lines")
                .with("close-linger", "100ms");
    }

    private static void serves(TlsClient honest) {
        honest.send("hello\n");
        assertThat(honest.readLine()).isEqualTo("hello");
    }

    @Nested
    class BeforeTheHandshakeHasEnded {
        @RegisterExtension
        final PenstockExtension penstock = server().with("handshake-timeout", "1s");

        /** Who is hostile is gone, and nobody else is harmed. */
        @AfterEach
        void othersAreServed() {
            try (TlsClient honest = penstock.connect()) {
                serves(honest);
            }
        }

        private ConnectionEnd failed(HostileClient client) {
            try (client) {
                client.attack().awaitEnd();
                return penstock.awaitEvent(Failed.class).end();
            }
        }

        private void failsWith(HostileClient client, String code) {
            assertThat(failed(client).code()).isEqualTo(code);
        }

        @Test
        void silence() {
            failsWith(new SilentClient(penstock.target()), "TLS-HANDSHAKE-TIMEOUT");
        }

        @Test
        void aByteAtATime() {
            failsWith(new DrippingClient(penstock.target(), Duration.ofMillis(100)), "TLS-HANDSHAKE-TIMEOUT");
        }

        @Test
        void halfAHandshake() {
            failsWith(new HalfHandshakeClient(penstock.target()), "TLS-HANDSHAKE-TIMEOUT");
        }

        @Test
        void garbage() {
            assertThat(failed(new GarbageClient(penstock.target(), 20261123, 2000))
                            .kind())
                    .isEqualTo(Kind.TLS_FAILED);
        }

        @Test
        void plaintext() {
            try (HostileClient client = new PlaintextClient(penstock.target())) {
                assertThat(client.attack().awaitEnd()).isEqualTo(ServerEnd.ALERTED);
                assertThat(penstock.awaitEvent(Failed.class).end().code()).isEqualTo("TLS-HTTP-REQUEST");
            }
        }

        @Test
        void aProxyHeader() {
            failsWith(ProxySpoofClient.version1(penstock.target()), "TLS-PROXY-HEADER");
            failsWith(ProxySpoofClient.version2(penstock.target()), "TLS-PROXY-HEADER");
        }

        @Test
        void reconnecting() {
            try (HostileClient client = new ReconnectingClient(penstock.target(), 50).attack()) {
                for (int i = 1; i < 50; i++) {
                    assertThat(penstock.awaitEvent(Failed.class).end().code()).isEqualTo("TLS-CLOSED-IN-HANDSHAKE");
                }
                client.awaitEnd();
                assertThat(penstock.awaitEvent(Failed.class).end().code()).isEqualTo("TLS-HANDSHAKE-TIMEOUT");
            }
        }
    }

    @Nested
    class WithACertificate {
        @RegisterExtension
        final PenstockExtension penstock = server().clientAuth(ClientAuth.REQUIRED);

        @Test
        void thatIsExpired() {
            refuses(
                    BadCertificateClient.expired(penstock.server().localAddress(), penstock.ca()),
                    "TLS-CLIENT-CERTIFICATE-EXPIRED");
        }

        @Test
        void ofAStranger() {
            refuses(
                    BadCertificateClient.foreign(penstock.server().localAddress(), penstock.ca()),
                    "TLS-CLIENT-CERTIFICATE-UNKNOWN-CA");
        }

        private void refuses(BadCertificateClient client, String code) {
            try (client) {
                assertThat(client.attack().awaitEnd()).isEqualTo(ServerEnd.ALERTED);
                assertThat(penstock.awaitEvent(Failed.class).end().code()).isEqualTo(code);
            }
            try (TlsClient honest = penstock.connect(penstock.ca().client("pump-7"))) {
                serves(honest);
            }
        }
    }

    @Nested
    class AfterTheHandshake {
        @RegisterExtension
        final PenstockExtension penstock = server().with("max-frame-size", "64KiB");

        private void endsAs(Kind kind, HostileClient client) {
            try (TlsClient honest = penstock.connect();
                    client) {
                client.attack();
                assertThat(penstock.awaitEvent(Closed.class).end().kind()).isEqualTo(kind);
                serves(honest);
            }
        }

        @Test
        void aFrameWithoutAnEnd() {
            endsAs(Kind.BAD_FRAME, new HugeFrameClient(penstock.target(), new byte[] {'x'}, 10 << 20));
        }

        @Test
        void aResetWithinAFrame() {
            endsAs(Kind.RESET, new ResettingClient(penstock.target(), "half a li".getBytes(US_ASCII)));
        }

        @Test
        void aTruncation() {
            endsAs(Kind.TRUNCATED, new TruncatingClient(penstock.target(), "whole\nhalf a li".getBytes(US_ASCII)));
        }

        @Test
        void aSecondHandshake() {
            endsAs(Kind.TLS_FAILED, new RenegotiatingClient(penstock.target()));
        }

        /** It is held by back-pressure, and harms nobody. */
        @Test
        void askingWithoutReading() {
            try (TlsClient honest = penstock.connect();
                    HostileClient deaf = new NonReadingClient(
                            penstock.target(), "line\n".repeat(100).getBytes(US_ASCII))) {
                deaf.attack();
                for (int i = 0; i < 100; i++) {
                    serves(honest);
                }
            }
        }
    }
}
