package io.penstock.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.PemFiles;
import io.penstock.server.tls.ServerProbe.Shown;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at servers of openssl's. */
class ServerProbeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Process> servers = new ArrayList<>();
    private final CertificateAuthority intermediate =
            CertificateAuthority.create("Root").intermediate("Intermediate");
    private final Path chain;
    private final Path key;

    ServerProbeTest(@TempDir Path dir) {
        this.chain = dir.resolve("chain.pem");
        this.key = dir.resolve("key.pem");
    }

    @BeforeEach
    void writeAPair() throws IOException {
        write(intermediate.server("localhost"));
    }

    @AfterEach
    void stop() {
        servers.forEach(Process::destroy);
    }

    private void write(Identity identity) throws IOException {
        PemFiles.writeCertificates(chain, identity.chain());
        PemFiles.writeKey(key, identity.key());
    }

    /** Starts {@code openssl s_server} on a free port. */
    private int server(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-cert",
                chain.toString(),
                "-cert_chain",
                chain.toString(),
                "-key",
                key.toString(),
                "-naccept",
                "1"));
        command.addAll(List.of(options));
        Process server = new ProcessBuilder(command).redirectErrorStream(true).start();
        servers.add(server);
        BufferedReader out = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        List<String> said = new ArrayList<>();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ACCEPT 127.0.0.1:")) {
                return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
            }
            said.add(line);
        }
        throw new AssertionError(said);
    }

    private static Shown look(int port, String name) throws IOException {
        return ServerProbe.look("127.0.0.1", port, name, PATIENCE);
    }

    @Test
    void seesWhatIsSentInTls12() throws IOException {
        Shown shown = look(server("-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"), "localhost");

        assertThat(shown.protocol()).isEqualTo("TLSv1.2");
        assertThat(shown.cipher()).isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
        assertThat(shown.chain()).hasSizeGreaterThan(1).contains(intermediate.certificate());
        assertThat(shown.asksForCertificate()).isFalse();
        assertThat(shown.serverName()).hasValue("localhost");
        assertThat(shown.refusal()).isEmpty();
    }

    @Test
    void seesTheChainOfAServerThatRefusesAClientWithoutCertificate() throws IOException {
        Shown shown = look(server("-tls1_2", "-Verify", "1"), "localhost");

        assertThat(shown.chain()).isNotEmpty();
        assertThat(shown.protocol()).isEqualTo("TLSv1.2");
        assertThat(shown.asksForCertificate()).isTrue();
        assertThat(shown.refusal()).hasValue("the server refused the handshake with the alert handshake_failure");
    }

    @Test
    void seesACertificateThatNobodyWouldAccept() throws IOException {
        write(intermediate.issue(CertificateSpec.server("elsewhere.example")
                .valid(Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2020-01-02T00:00:00Z"))));

        assertThat(look(server(), "localhost").chain().get(0).getNotAfter().toInstant())
                .isEqualTo("2020-01-02T00:00:00Z");
    }

    @Test
    void asksForNoNameThatIsNone() throws IOException {
        for (String address : List.of("127.0.0.1", "::1", "no name")) {
            assertThat(look(server(), address).serverName()).isEmpty();
        }
        assertThat(look(server(), "localhost.").serverName()).hasValue("localhost");
    }

    @Test
    void saysWithWhichAlertItIsRefusedBeforeAnythingIsShown() throws IOException {
        int strict = server(
                "-servername", "a.example", "-servername_fatal", "-cert2", chain.toString(), "-key2", key.toString());

        assertThatThrownBy(() -> look(strict, "b.example"))
                .isInstanceOf(IOException.class)
                .hasMessage("the server refused the handshake with the alert unrecognized_name; remedy: --servername"
                        + " with a name that it serves");
    }

    @Test
    void saysThatANameHasNoAddress() {
        assertThatThrownBy(() -> ServerProbe.look("no-such-host.invalid", 1, "x", PATIENCE))
                .hasMessage("no address is known for no-such-host.invalid; remedy: correct the name");
    }
}
