package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.processor.Processors;
import io.penstock.server.ServerSettings;
import io.penstock.server.TlsServer;
import io.penstock.server.pki.DevelopmentCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at servers that run. */
class CertShowServerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @TempDir
    private static Path home;

    @BeforeAll
    static void makeTheDevelopmentCertificate() {
        DevelopmentCa.ensure(home, Optional.empty(), Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static int port(String... settings) {
        Config config = ConfigFactory.parseString(
                        "penstock { host = 127.0.0.1, port = 0, processor = discard\n tls.cert = \""
                                + home + "/dev-cert.pem\"\n tls.key = \"" + home + "/dev-key.pem\"\n"
                                + String.join("\n", settings) + "}")
                .withFallback(ConfigFactory.load());
        return TlsServer.bind(KIT.system(), ServerSettings.from(config), Processors.discard())
                .toCompletableFuture()
                .join()
                .localAddress()
                .getPort();
    }

    private static Run show(String... words) {
        String[] command =
                Stream.concat(Stream.of("cert", "show"), Stream.of(words)).toArray(String[]::new);
        return Run.with(Map.of("PENSTOCK_HOME", home.toString()), command);
    }

    @Test
    void showsWhatIsNegotiatedAndSent() {
        int port = port();
        Run run = show("localhost:" + port);

        assertThat(run.out())
                .startsWith("localhost:" + port + ": TLSv1.3, TLS_")
                .contains("\nasked for localhost; it does not ask for a certificate of the client\n")
                .contains("\n1  CN=localhost\n")
                .contains("\n2  CN=\"Penstock development CA (")
                .contains("\ntrust  the development CA\n")
                .endsWith("\n1 note\n");
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
    }

    @Test
    void tellsThatACertificateOfTheClientIsAskedFor() {
        int port = port("tls.client-auth = required", "tls.client-ca = \"" + home + "/dev-ca.pem\"");

        assertThat(show("127.0.0.1:" + port).out())
                .contains("\nasked for no name; it asks for a certificate of the client\n");
        assertThat(show("127.0.0.1:" + port, "--json").out())
                .contains("\"serverName\" : null,")
                .contains("\"asksForCertificate\" : true,")
                .contains("\"protocol\" : \"TLSv1.3\",");
    }

    @Test
    void judgesByTheNameAskedFor() {
        int port = port();
        Run run = show("127.0.0.1:" + port, "--servername", "www.example.org");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out())
                .contains("\nasked for www.example.org; ")
                .contains(" and not www.example.org [hostname]\n")
                .contains("\n    run   penstock cert dev --hostname www.example.org\n");
        assertThat(show("127.0.0.1:" + port, "--servername", "www.example.org", "--hostname", "localhost")
                        .code())
                .isZero();
    }

    @Test
    void goesOnWhenOneOfSeveralDoesNotAnswer() throws IOException {
        int port = port();
        int closed = closedPort();
        Run run = show(
                "localhost:" + closed,
                "localhost:" + port,
                home.resolve("dev-cert.pem").toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("localhost:" + closed
                        + ": connection refused; remedy: start the server, or correct the port\n");
        assertThat(run.out())
                .startsWith(home.resolve("dev-cert.pem") + ": PEM, 2 certificates\n")
                .contains("localhost:" + port + ": TLSv1.3");
    }

    @Test
    void putsThoseThatDoNotAnswerIntoTheJsonToo() throws IOException {
        int closed = closedPort();
        Run run = show("--json", "localhost:" + closed);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains("\"chains\" : [ ]")
                .contains("\"unreachable\" : [\n    \"localhost:" + closed + ": connection refused; ");
    }

    @Test
    void saysThatSomethingElseAnswersThanTls() throws IOException {
        assertThat(answered("220 mail.example ESMTP\r\n", "10"))
                .isEqualTo("what answers there does not speak TLS; remedy: the port of a TLS server\n");
    }

    @Test
    void waitsNoLongerThanItIsTold() throws IOException {
        assertThat(answered("", "1"))
                .isEqualTo("no handshake within 1 s; remedy: check that this is a TLS port, and what is between here"
                        + " and there\n");
    }

    /** What is said of a server that sends a text and no more. */
    private static String answered(String text, String timeout) throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> {
                try (Socket client = listening.accept()) {
                    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                    client.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // The client goes when it has seen enough.
                    return;
                }
            });
            server.start();
            String target = "127.0.0.1:" + listening.getLocalPort();
            Run run = show("--timeout", timeout, target);
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).startsWith(target + ": ");
            return run.err().substring(target.length() + 2);
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
