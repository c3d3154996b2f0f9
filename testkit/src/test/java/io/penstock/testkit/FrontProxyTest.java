package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.protocol.ConnectionEvent.Handshaken;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ProxyHeader;
import io.penstock.protocol.ProxyInfo;
import io.penstock.server.pki.PemFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real proxies in front of a server, with the manual's configurations. */
class FrontProxyTest {
    private static final String V2 = "send-proxy-v2 proxy-v2-options crc32c,unique-id";
    private static final String CHECK = " check check-ssl verify none check-send-proxy";
    private static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    @TempDir
    Path directory;

    private static PenstockExtension behindProxies(String host) {
        return PenstockExtension.create()
                .with("host", host)
                .with("protocol", "lines")
                .with("proxy-protocol.mode", "required")
                .with("proxy-protocol.trusted", List.of("127.0.0.1", "::1"));
    }

    private static String haproxy(int number) throws IOException {
        assumeTrue(FrontProxy.find("haproxy").isPresent(), "haproxy is not installed");
        return FrontProxy.documented("haproxy").get(number);
    }

    private static String nginx() throws IOException {
        assumeTrue(FrontProxy.find("nginx").isPresent(), "nginx is not installed");
        assumeTrue(Files.exists(STREAM_MODULE), "nginx's stream module is not installed");
        return FrontProxy.documented("nginx").get(0);
    }

    /** A line from a client through the proxy to the processor; what the processor knows of the connection. */
    private static ConnectionInfo through(FrontProxy proxy, String host, PenstockExtension penstock) {
        InetSocketAddress address = proxy.address(host);
        try (TlsClient client = TlsClient.connect(address, penstock.ca().clientContext(Optional.empty()))) {
            client.send("hello\n");
            ConnectionInfo info = penstock.probe().expectOpen().connection();
            penstock.probe().expectFrames("hello");
            assertThat(info.peer()).isEqualTo(new InetSocketAddress(host, client.port()));
            assertThat(info.tls()).isNotNull();
            assertThat(info.label())
                    .endsWith(" via " + ConnectionInfo.address(proxied(info).address()));
            assertThat(proxied(info).address().getAddress())
                    .isEqualTo(penstock.server().localAddress().getAddress());
            assertThat(proxied(info).address().getPort()).isNotEqualTo(client.port());
            assertThat(proxied(info).announced().destination()).isEqualTo(address);
            return info;
        }
    }

    private static ProxyInfo proxied(ConnectionInfo info) {
        assertThat(info.proxy()).isNotNull();
        return info.proxy();
    }

    @Nested
    class OverIpv4 {
        @RegisterExtension
        final PenstockExtension penstock = behindProxies("127.0.0.1");

        @ParameterizedTest
        @ValueSource(strings = {"127.0.0.1", "::1"})
        void haproxySaysByVersion2WhoTheClientIs(String host) throws Exception {
            String config = haproxy(0).replace(CHECK, "");
            try (FrontProxy proxy =
                    FrontProxy.haproxy(directory, config, penstock.server().localAddress())) {
                ProxyHeader header = proxied(through(proxy, host, penstock)).announced();
                assertThat(header.version()).isEqualTo(2);
                assertThat(header.uniqueId().utf8String()).matches("[0-9a-f-]{36}");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"127.0.0.1", "::1"})
        void haproxySaysByVersion1WhoTheClientIs(String host) throws Exception {
            String config = haproxy(0).replace(V2, "send-proxy").replace(CHECK, "");
            try (FrontProxy proxy =
                    FrontProxy.haproxy(directory, config, penstock.server().localAddress())) {
                assertThat(proxied(through(proxy, host, penstock)).announced().version())
                        .isEqualTo(1);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {V2, "send-proxy"})
        void haproxysHealthChecksAreItsOwnConnections(String version) throws Exception {
            String config = haproxy(0).replace(V2, version);
            try (FrontProxy proxy =
                    FrontProxy.haproxy(directory, config, penstock.server().localAddress())) {
                ConnectionInfo check = penstock.awaitEvent(Handshaken.class).connection();
                assertThat(check.peer().getAddress()).isEqualTo(InetAddress.getLoopbackAddress());
                // By version 1 it announces itself.
                assertThat(check.label()).doesNotContain("via");
                assertThat(check.proxy() == null).isEqualTo(version.equals(V2));
                assertThat(proxy.address("127.0.0.1").getPort())
                        .isNotEqualTo(check.peer().getPort());
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"127.0.0.1", "::1"})
        void nginxSaysWhoTheClientIs(String host) throws Exception {
            try (FrontProxy proxy =
                    FrontProxy.nginx(directory, nginx(), penstock.server().localAddress())) {
                assertThat(proxied(through(proxy, host, penstock)).announced().version())
                        .isEqualTo(1);
            }
        }
    }

    @Nested
    class OverIpv6 {
        @RegisterExtension
        final PenstockExtension penstock = behindProxies("::1");

        @ParameterizedTest
        @CsvSource({"send-proxy-v2, ::1", "send-proxy-v2, 127.0.0.1", "send-proxy, ::1", "send-proxy, 127.0.0.1"})
        void haproxySaysWhoTheClientIs(String version, String host) throws Exception {
            String config = haproxy(0).replace(V2, version).replace(CHECK, "");
            try (FrontProxy proxy =
                    FrontProxy.haproxy(directory, config, penstock.server().localAddress())) {
                through(proxy, host, penstock);
            }
        }
    }

    @Nested
    class ThatEndTls {
        @RegisterExtension
        final PenstockExtension penstock = behindProxies("127.0.0.1").with("plaintext", true);

        @Test
        void sayWhoseCertificateTheyHaveVerified() throws Exception {
            Path own = directory.resolve("server.pem");
            Path ca = directory.resolve("clients-ca.pem");
            PemFiles.writeIdentity(own, penstock.ca().server("localhost"));
            PemFiles.writeCertificates(ca, List.of(penstock.ca().certificate()));
            String config = haproxy(1)
                    .replace("/etc/haproxy/server.pem", own.toString())
                    .replace("/etc/haproxy/clients-ca.pem", ca.toString());
            try (FrontProxy proxy = FrontProxy.haproxy(
                            directory, config, penstock.server().localAddress());
                    TlsClient client = TlsClient.connect(
                            proxy.address("127.0.0.1"),
                            penstock.ca()
                                    .clientContext(Optional.of(penstock.ca().client("pump-7"))))) {
                client.send("hello\n");
                ConnectionInfo info = penstock.awaitEvent(Handshaken.class).connection();
                while (info.proxy() == null) {
                    // A health check.
                    info = penstock.awaitEvent(Handshaken.class).connection();
                }
                assertThat(info.peer().getPort()).isEqualTo(client.port());
                ProxyHeader.Tls tls = proxied(info).announced().tls();
                assertThat(tls).isNotNull();
                assertThat(tls.version()).isEqualTo("TLSv1.3");
                assertThat(tls.cipher()).startsWith("TLS_");
                assertThat(tls.certificate()).isTrue();
                assertThat(tls.verified()).isTrue();
                assertThat(tls.commonName()).isEqualTo("pump-7");
            }
        }
    }
}
