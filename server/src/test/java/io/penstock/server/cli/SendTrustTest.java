package io.penstock.server.cli;

import static io.penstock.server.cli.Sender.CA;
import static io.penstock.server.cli.Sender.LOCALHOST;
import static io.penstock.server.cli.Sender.failed;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.ProcessorFactory;
import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.DevelopmentCa;
import io.penstock.server.pki.DevelopmentFiles;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.IdentityLoader;
import io.penstock.server.pki.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom {@code send} trusts, and what it shows of itself. */
@Timeout(60)
class SendTrustTest {
    @TempDir
    private Path directory;

    private Sender sender;

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private final ProcessorFactory recording = () -> (session, frame) -> seen.add(frame.utf8String());

    @BeforeEach
    void writeCa() {
        sender = new Sender(directory);
    }

    @Nested
    class Trust {
        @Test
        void isInTheDevelopmentCaWithoutAWord() throws IOException {
            DevelopmentFiles files = DevelopmentCa.ensure(directory, Optional.empty(), Clock.systemUTC());
            Identity identity = IdentityLoader.load(files.files(), Optional.empty(), Clock.systemUTC());
            try (LocalServer server = LocalServer.tls(directory, identity, recording)) {
                assertThat(sender.send("hello", server.address())).isEqualTo(new Run(0, "", ""));
            }
        }

        @Test
        void isRefusedToAnUnknownCa() throws IOException {
            try (LocalServer server = LocalServer.tls(directory, LOCALHOST, recording)) {
                Run run = sender.send("secret", server.address());

                assertThat(run)
                        .isEqualTo(failed(
                                server.address(),
                                "the server's certificate CN=localhost is not trusted, as its issuer CN=Send test CA is"
                                        + " not; remedy: --ca with the CA's file, or PENSTOCK_HOME with the server's"
                                        + " development CA"));
                assertThat(seen).isEmpty();
            }
        }

        @Test
        void needsTheNameThatWasAskedFor() throws IOException {
            Identity elsewhere = CA.server("gate.example.test", "10.0.0.1");
            try (LocalServer server = LocalServer.tls(directory, elsewhere, recording)) {
                assertThat(sender.send("x", sender.trusted(), server.address()))
                        .isEqualTo(failed(
                                server.address(),
                                "the server's certificate is for gate.example.test, 10.0.0.1 and not for localhost;"
                                        + " remedy: connect to a name it has, or say it with --servername"));
                assertThat(sender.send("x", sender.trusted(), "--servername", "gate.example.test", server.address()))
                        .isEqualTo(new Run(0, "", ""));
                assertThat(sender.send("x", sender.trusted(), "--servername", "10.0.0.1", server.address()))
                        .isEqualTo(new Run(0, "", ""));
            }
        }

        @Test
        void endsWithTheCertificate() throws IOException {
            Instant past = Instant.now().minus(Duration.ofDays(9));
            Identity expired = CA.issue(CertificateSpec.server("localhost").validFor(past, Duration.ofDays(1)));
            try (ScriptedServer server = ScriptedServer.tls(expired, (tls, transport) -> tls.startHandshake())) {
                Run run = sender.send("x", sender.trusted(), server.address());

                assertThat(run.code()).isEqualTo(1);
                assertThat(run.err())
                        .startsWith("penstock send: " + server.address()
                                + ": the server's certificate CN=localhost expired on 20");
            }
        }

        @Test
        void isNotAskedForWhenInsecureAndThatIsSaid() throws IOException {
            try (LocalServer server = LocalServer.tls(directory, CA.server("elsewhere"), recording)) {
                Run run = sender.send("x", "--insecure", server.address());

                assertThat(run.code()).isZero();
                assertThat(run.err())
                        .isEqualTo("warning: --insecure: the server's certificate is not checked; whoever is at the"
                                + " other end reads what is sent\n");
            }
        }
    }

    @Nested
    class ClientCertificates {
        private LocalServer server() throws IOException {
            return LocalServer.tls(
                    directory,
                    LOCALHOST,
                    recording,
                    "protocol = lines",
                    "tls.client-auth = required",
                    "tls.client-ca = " + LocalServer.quoted(sender.ca()));
        }

        @Test
        void areShown() throws IOException {
            Identity client = CA.client("sender");
            Path cert = directory.resolve("client.pem");
            Path key = directory.resolve("client.key");
            PemFiles.writeCertificates(cert, client.chain());
            PemFiles.writeKey(key, client.key());
            try (LocalServer server = server()) {
                Run run = sender.send(
                        "hello\n",
                        sender.trusted(),
                        "--cert",
                        cert.toString(),
                        "--key",
                        key.toString(),
                        server.address());

                assertThat(run).isEqualTo(new Run(0, "", ""));
                assertThat(seen).containsExactly("hello");
            }
        }

        /** In TLS 1.3 the alert comes after the handshake, and the server resets what is sent to it meanwhile. */
        @ParameterizedTest
        @CsvSource({"1.3, 0", "1.3, 30000000", "1.2, 10"})
        void areAskedForInPlainWords(String version, int bytes) throws IOException {
            try (LocalServer server = server()) {
                Run run = sender.send("x".repeat(bytes), sender.trusted(), "--tls", version, server.address());

                assertThat(run.code()).isEqualTo(1);
                assertThat(run.err())
                        .matches("penstock send: localhost:\\d+: the server sent the alert \\w+: .*wants a client"
                                + " certificate.*--cert and --key.*\n");
            }
        }

        @Test
        void ofAnotherCaAreRefusedWithTheServersAlert() throws IOException {
            Identity client = CertificateAuthority.create("Another CA").client("stranger");
            Path both = directory.resolve("client.pem");
            PemFiles.writeCertificates(both, client.chain());
            Path key = directory.resolve("client.key");
            PemFiles.writeKey(key, client.key());
            Files.writeString(both, Files.readString(both) + Files.readString(key));
            try (LocalServer server = server()) {
                // Which of the two threads hears of it first is a race, and must make no difference.
                for (int i = 0; i < 40; i++) {
                    Run run = sender.send(
                            "x".repeat(i * 1000), sender.trusted(), "--cert", both.toString(), server.address());

                    assertThat(run.code()).isEqualTo(1);
                    assertThat(run.err())
                            .matches("penstock send: localhost:\\d+: the server sent the alert \\w+: it .*--cert.*\n");
                }
            }
        }

        @Test
        void thatCannotBeReadAreNamedByTheirOption() {
            Run run = sender.send("x", "--cert", "none.pem", "localhost:1");

            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).startsWith("--cert: none.pem (expected: ").doesNotContain("penstock.");
            assertThat(sender.send("x", "--ca", "none.pem", "localhost:1").err())
                    .startsWith("--ca: none.pem (expected: ");
        }
    }
}
