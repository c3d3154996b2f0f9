package io.penstock.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionEvent.Handshaken;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ProxyInfo;
import io.penstock.testkit.hostile.ProxySpoofClient;
import io.penstock.testkit.hostile.ServerEnd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PROXY headers before TLS. */
class ProxyProtocolTest {
    private static final String V1 = "PROXY TCP6 2001:db8::7 2001:db8::1 51234 443\r\n";
    private static final String LOCAL = "\r\n\r\n\0\r\nQUIT\n \0\0\0";
    private static final InetSocketAddress ANNOUNCED = new InetSocketAddress("2001:db8::7", 51234);

    private static PenstockExtension server(String mode, String trusted) {
        return PenstockExtension.create()
                .with("protocol", "lines")
                .with("proxy-protocol.mode", mode)
                .with("proxy-protocol.trusted", List.of(trusted));
    }

    private static Socket tcp(PenstockExtension penstock) throws IOException {
        InetSocketAddress server = penstock.server().localAddress();
        Socket socket = new Socket(server.getAddress(), server.getPort());
        socket.setSoTimeout(TlsClient.PATIENCE_MILLIS);
        return socket;
    }

    private static SSLSocket tls(PenstockExtension penstock, Socket transport) throws IOException {
        SSLSocket tls = (SSLSocket) penstock.ca()
                .clientContext(Optional.empty())
                .getSocketFactory()
                .createSocket(transport, "localhost", transport.getPort(), true);
        tls.startHandshake();
        return tls;
    }

    private static ConnectionEnd refusal(PenstockExtension penstock) {
        ConnectionEnd end = penstock.awaitEvent(Failed.class).end();
        assertThat(end.kind()).isEqualTo(Kind.REFUSED);
        return end;
    }

    @Nested
    class ATrustedPeer {
        @RegisterExtension
        final PenstockExtension penstock = server("required", "127.0.0.1");

        @Test
        void announcesTheClientBeforeTls() throws Exception {
            try (Socket transport = tcp(penstock)) {
                for (byte next : V1.getBytes(ISO_8859_1)) {
                    transport.getOutputStream().write(next);
                }
                SSLSocket tls = tls(penstock, transport);
                tls.getOutputStream().write("hello\n".getBytes(ISO_8859_1));
                ConnectionInfo info = penstock.probe().expectOpen().connection();
                penstock.probe().expectFrames("hello");
                assertThat(info.peer()).isEqualTo(ANNOUNCED);
                assertThat(info.tls()).isNotNull();
                assertThat(info.proxy())
                        .isNotNull()
                        .extracting(ProxyInfo::address)
                        .isEqualTo(transport.getLocalSocketAddress());
                assertThat(penstock.awaitEvent(Handshaken.class).connection()).isEqualTo(info);
            }
        }

        @Test
        void isKnownByTheAnnouncedAddressWhenTlsFails() throws Exception {
            try (Socket transport = tcp(penstock)) {
                transport.getOutputStream().write((V1 + "GET / HTTP/1.1\r\n\r\n").getBytes(ISO_8859_1));
                Failed failed = penstock.awaitEvent(Failed.class);
                assertThat(failed.end().code()).isEqualTo("TLS-HTTP-REQUEST");
                assertThat(failed.connection().peer()).isEqualTo(ANNOUNCED);
            }
        }

        @Test
        void mayCheckWhetherTheServerIsThere() throws Exception {
            try (Socket transport = tcp(penstock)) {
                transport.getOutputStream().write(LOCAL.getBytes(ISO_8859_1));
            }
            assertThat(penstock.awaitEvent(Failed.class).end().code()).isEqualTo("TLS-PROBE");
        }

        @Test
        void isRefusedWithoutAHeader() throws Exception {
            try (Socket transport = tcp(penstock)) {
                transport.getOutputStream().write(new byte[] {22, 3, 1});
                assertThat(transport.getInputStream().readAllBytes()).isEmpty();
                ConnectionEnd end = refusal(penstock);
                assertThat(end.code()).isEqualTo("PROXY-MISSING");
                assertThat(end.detail()).startsWith("the proxy sent no PROXY header: TLS came at once; remedy: ");
            }
        }
    }

    @Nested
    class AnybodyElse {
        @RegisterExtension
        final PenstockExtension penstock = server("optional", "192.0.2.1");

        @Test
        void cannotPassForAnotherClient() throws Exception {
            for (ProxySpoofClient client : List.of(
                    ProxySpoofClient.version1(penstock.target()), ProxySpoofClient.version2(penstock.target()))) {
                try (client) {
                    // Nothing is left unread, which would be a reset.
                    assertThat(client.attack().awaitEnd()).isEqualTo(ServerEnd.CLOSED);
                }
                assertThat(refusal(penstock).code()).isEqualTo("PROXY-NOT-TRUSTED");
            }
        }

        @Test
        void isWelcomeWithoutAHeader() {
            try (TlsClient client = penstock.connect()) {
                client.send("hello\n");
                ConnectionInfo info = penstock.probe().expectOpen().connection();
                assertThat(info.peer().getPort()).isEqualTo(client.port());
                assertThat(info.proxy()).isNull();
            }
        }
    }
}
