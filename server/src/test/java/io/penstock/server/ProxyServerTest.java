package io.penstock.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.processor.Processor;
import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.Session;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Accepted;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionEvent.Handshaken;
import io.penstock.protocol.ConnectionEvent.Refused;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ProxyInfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY headers before bytes in plain, over a real socket. */
class ProxyServerTest {
    private static final String TRUSTED = "proxy-protocol.trusted = [\"127.0.0.0/8\", \"::1\"]";
    private static final String OTHERS = "proxy-protocol.trusted = [192.0.2.0/24]";
    private static final String REQUIRED = "proxy-protocol.mode = required";
    private static final String OPTIONAL = "proxy-protocol.mode = optional";

    private static final String V1 = "PROXY TCP4 192.0.2.7 198.51.100.1 51234 443\r\n";
    private static final String V2 = "\r\n\r\n\0\r\nQUIT\n!\u0011\0\u0018\u00c0\0\u0002\u0007\u00c63d\u0001"
            + "\u00c8\"\u0001\u00bb\u0002\0\u0009a.example";
    private static final String LOCAL = "\r\n\r\n\0\r\nQUIT\n \0\0\0";

    private final BlockingQueue<ConnectionInfo> opened = new LinkedBlockingQueue<>();
    private final ProcessorFactory echo = () -> new Processor() {
        @Override
        public void opened(Session session) {
            opened.add(session.connection());
        }

        @Override
        public void process(Session session, ByteString frame) {
            session.send(frame);
        }
    };

    private Harness harness(String... settings) {
        String[] all = new String[settings.length + 1];
        System.arraycopy(settings, 0, all, 1, settings.length);
        all[0] = "protocol = lines";
        return Harness.plaintext(echo, all);
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    private ConnectionInfo opened() throws InterruptedException {
        ConnectionInfo info = opened.poll(20, TimeUnit.SECONDS);
        assertThat(info).isNotNull();
        return info;
    }

    /** What the client is answered, once it has said all this. */
    private static String conversation(Harness harness, String said) throws IOException {
        try (Socket socket = harness.connect()) {
            send(socket, said);
            socket.shutdownOutput();
            return readAll(socket);
        }
    }

    @Nested
    class ATrustedHeader {
        @ParameterizedTest
        @ValueSource(strings = {REQUIRED, OPTIONAL})
        void saysWhoTheClientIs(String mode) throws Exception {
            try (Harness harness = harness(mode, TRUSTED)) {
                assertThat(conversation(harness, V1 + "hello\n")).isEqualTo("hello\n");
                ConnectionInfo info = opened();
                assertThat(info.peer()).isEqualTo(new InetSocketAddress("192.0.2.7", 51234));
                InetSocketAddress proxy =
                        harness.await(Accepted.class).connection().peer();
                assertThat(info.proxy())
                        .isNotNull()
                        .extracting(ProxyInfo::address)
                        .isEqualTo(proxy);
                assertThat(info.label())
                        .isEqualTo("c" + info.id() + " 192.0.2.7:51234 via 127.0.0.1:" + proxy.getPort());
                assertThat(harness.await(Handshaken.class).connection()).isEqualTo(info);
                Closed closed = harness.await(Closed.class);
                assertThat(closed.connection()).isEqualTo(info);
                assertThat(closed.summary().bytesIn()).isEqualTo(6);
            }
        }

        @Test
        void ofVersion2SaysMore() throws Exception {
            try (Harness harness = harness(REQUIRED, TRUSTED)) {
                assertThat(conversation(harness, V2 + "hello\n")).isEqualTo("hello\n");
                ConnectionInfo info = opened();
                assertThat(info.peer()).isEqualTo(new InetSocketAddress("192.0.2.7", 51234));
                assertThat(info.proxy()).isNotNull();
                assertThat(info.proxy().announced().authority()).isEqualTo("a.example");
                assertThat(info.proxy().announced().destination())
                        .isEqualTo(new InetSocketAddress("198.51.100.1", 443));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {LOCAL, "PROXY UNKNOWN\r\n"})
        void ofNobodyLeavesTheSocketsAddress(String header) throws Exception {
            try (Harness harness = harness(REQUIRED, TRUSTED)) {
                assertThat(conversation(harness, header + "hello\n")).isEqualTo("hello\n");
                ConnectionInfo info = opened();
                assertThat(info.peer())
                        .isEqualTo(harness.await(Accepted.class).connection().peer());
                assertThat(info.proxy()).isNull();
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {V1, V2})
        void mayComeByteByByte(String header) throws Exception {
            try (Harness harness = harness(REQUIRED, TRUSTED);
                    Socket socket = harness.connect()) {
                socket.setTcpNoDelay(true);
                for (char next : (header + "hello\n").toCharArray()) {
                    send(socket, String.valueOf(next));
                }
                socket.shutdownOutput();
                assertThat(readAll(socket)).isEqualTo("hello\n");
                assertThat(opened().peer().getAddress().getHostAddress()).isEqualTo("192.0.2.7");
            }
        }

        @Test
        void mayStandBeforeNothing() throws Exception {
            try (Harness harness = harness(REQUIRED, TRUSTED)) {
                assertThat(conversation(harness, V1)).isEmpty();
                assertThat(opened().peer().getPort()).isEqualTo(51234);
                assertThat(harness.await(Closed.class).end()).isEqualTo(ConnectionEnd.of(Kind.END_OF_STREAM));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"PROXY TCP4 192.0.2.07 198.51.100.1 51234 443\r\n", "\r\n\r\n\0\r\nQUIT\n1\u0011\0\0"})
        void thatIsMalformedIsRefused(String header) throws Exception {
            try (Harness harness = harness(OPTIONAL, TRUSTED)) {
                assertThat(conversation(harness, header + "hello\n")).isEmpty();
                ConnectionEnd end = harness.await(Failed.class).end();
                assertThat(end.kind()).isEqualTo(Kind.REFUSED);
                assertThat(end.code()).isEqualTo("PROXY-MALFORMED");
                assertThat(end.detail()).contains("expected: ").contains("; remedy: ");
                assertThat(opened).isEmpty();
            }
        }

        @Test
        void thatIsNotWholeIsRefused() throws Exception {
            try (Harness harness = harness(REQUIRED, TRUSTED)) {
                assertThat(conversation(harness, V1.substring(0, 20))).isEmpty();
                assertThat(harness.await(Failed.class).end().toString())
                        .isEqualTo("refused: PROXY-INCOMPLETE: the proxy closed the connection within the PROXY header:"
                                + " after 20 bytes; remedy: see the proxy's log");
            }
        }

        @Test
        void hasTheTimeOfTheHandshake() throws Exception {
            try (Harness harness = harness(REQUIRED, TRUSTED, "handshake-timeout = 50ms");
                    Socket socket = harness.connect()) {
                send(socket, V1.substring(0, 20));
                assertThat(readAll(socket)).isEmpty();
                ConnectionEnd end = harness.await(Failed.class).end();
                assertThat(end.kind()).isEqualTo(Kind.TIMED_OUT);
                assertThat(end.detail()).contains("only the beginning of a PROXY header came within 50 ms");
            }
        }
    }

    @Nested
    class ATrustedPeerWithoutAHeader {
        @Test
        void isItselfWhereTheHeaderIsOptional() throws Exception {
            try (Harness harness = harness(OPTIONAL, TRUSTED)) {
                assertThat(conversation(harness, "PROXIES\n")).isEqualTo("PROXIES\n");
                assertThat(opened().proxy()).isNull();
            }
        }

        @Test
        void isItselfAlsoWhenItEndsBeforeThatIsClear() throws Exception {
            try (Harness harness = harness(OPTIONAL, TRUSTED, "protocol = raw")) {
                assertThat(conversation(harness, "PROX")).isEqualTo("PROX");
            }
        }

        @Test
        void isRefusedWhereTheHeaderIsRequired() throws Exception {
            try (Harness harness = harness(REQUIRED, TRUSTED)) {
                assertThat(conversation(harness, "hello\n")).isEmpty();
                ConnectionEnd end = harness.await(Failed.class).end();
                assertThat(end.kind()).isEqualTo(Kind.REFUSED);
                assertThat(end.code()).isEqualTo("PROXY-MISSING");
                assertThat(end.detail())
                        .startsWith("the proxy sent no PROXY header: something else came first; remedy: ");
            }
        }

        @Test
        void mayConnectAndLeave() throws Exception {
            try (Harness harness = harness(REQUIRED, TRUSTED)) {
                assertThat(conversation(harness, "")).isEmpty();
                assertThat(harness.await(Failed.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
            }
        }
    }

    @Nested
    class APeerThatIsNotTrusted {
        @ParameterizedTest
        @ValueSource(strings = {V1, V2, LOCAL, "PROXY rubbish"})
        void isRefusedWithAHeader(String header) throws Exception {
            try (Harness harness = harness(OPTIONAL, OTHERS)) {
                assertThat(conversation(harness, header + "hello\n")).isEmpty();
                Failed failed = harness.await(Failed.class);
                assertThat(failed.connection().peer().getAddress().isLoopbackAddress())
                        .isTrue();
                assertThat(failed.end().kind()).isEqualTo(Kind.REFUSED);
                assertThat(failed.end().code()).isEqualTo("PROXY-NOT-TRUSTED");
                assertThat(failed.end().detail()).contains("penstock.proxy-protocol.trusted");
                assertThat(opened).isEmpty();
            }
        }

        @Test
        void isItselfWithoutOne() throws Exception {
            try (Harness harness = harness(OPTIONAL, OTHERS)) {
                assertThat(conversation(harness, "hello\n")).isEqualTo("hello\n");
                assertThat(opened().proxy()).isNull();
            }
        }

        @Test
        void cannotConnectWhereHeadersAreRequired() throws Exception {
            try (Harness harness = harness(REQUIRED, OTHERS);
                    Socket socket = harness.connect()) {
                assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
                assertThat(harness.await(Refused.class).limit()).isEqualTo("proxy-protocol.trusted");
            }
        }
    }

    @Nested
    class TheAnnouncedAddress {
        @Test
        void mayBeDenied() throws Exception {
            try (Harness harness = harness(REQUIRED, TRUSTED, "admission.deny = [192.0.2.7]")) {
                assertThat(conversation(harness, V1 + "hello\n")).isEmpty();
                Failed failed = harness.await(Failed.class);
                assertThat(failed.end().kind()).isEqualTo(Kind.REFUSED);
                assertThat(failed.end().code()).isEqualTo("admission.deny");
                assertThat(conversation(harness, V1.replace("2.7", "2.8") + "hello\n"))
                        .isEqualTo("hello\n");
            }
        }

        @Test
        void isTheOneThatLimitsCount() throws Exception {
            try (Harness harness = harness(REQUIRED, TRUSTED, "admission.address-connections = 1");
                    Socket first = harness.connect();
                    Socket other = harness.connect()) {
                send(first, V1);
                send(other, V1.replace("2.7", "2.8"));
                harness.await(Handshaken.class);
                harness.await(Handshaken.class);
                assertThat(conversation(harness, V2 + "hello\n")).isEmpty();
                assertThat(harness.await(Failed.class).end().code()).isEqualTo("admission.address-connections");
                assertThat(conversation(harness, LOCAL + "hello\n")).isEqualTo("hello\n");
            }
        }

        @Test
        void ofAProxyCountsWhereItSendsNoHeader() throws Exception {
            try (Harness harness = harness(OPTIONAL, TRUSTED, "admission.address-connections = 1");
                    Socket first = harness.connect()) {
                send(first, "hello\n");
                harness.await(Handshaken.class);
                assertThat(conversation(harness, "hello\n")).isEmpty();
                assertThat(harness.await(Failed.class).end().code()).isEqualTo("admission.address-connections");
            }
        }

        @Test
        void ofWhoIsNoProxyCountsOnce() throws Exception {
            try (Harness harness = harness(OPTIONAL, OTHERS, "admission.address-connections = 1")) {
                assertThat(conversation(harness, "hello\n")).isEqualTo("hello\n");
            }
        }
    }

    @Test
    void aHeaderIsDataWhereNoneIsExpected() throws Exception {
        try (Harness harness = harness(TRUSTED)) {
            assertThat(conversation(harness, V1)).isEqualTo(V1.strip() + "\n");
            assertThat(opened().proxy()).isNull();
        }
    }
}
