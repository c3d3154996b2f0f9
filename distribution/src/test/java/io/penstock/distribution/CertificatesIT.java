package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.KeyType;
import io.penstock.server.pki.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates as openssl sees them: several at once, and replaced while the server runs. */
class CertificatesIT {
    private static final CertificateAuthority CA = CertificateAuthority.create("IT CA");

    private final Path dir;
    private final Path cert;
    private final Path key;

    CertificatesIT(@TempDir Path dir) {
        this.dir = dir;
        this.cert = dir.resolve("cert.pem");
        this.key = dir.resolve("key.pem");
    }

    private static void write(Identity identity, Path cert, Path key) throws IOException {
        PemFiles.writeCertificates(cert, List.of(identity.leaf(), CA.certificate()));
        PemFiles.writeKey(key, identity.key());
    }

    private Server serve(String... further) {
        List<String> words = new ArrayList<>(List.of("--cert", cert.toString(), "--key", key.toString()));
        words.addAll(List.of(further));
        return Product.packaged(dir.resolve("state")).serve(words.toArray(String[]::new));
    }

    /** What openssl says of a handshake. */
    private String handshake(Server server, String... options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + server.port()));
        command.addAll(List.of(options));
        try (Running running = Running.start(new ProcessBuilder(command), Files.createTempDirectory(dir, "client"))) {
            running.process().getOutputStream().close();
            running.exit();
            // Newer ones print names without blanks.
            return (running.out() + running.err()).replace(" = ", "=");
        }
    }

    @Test
    void areReadAgainAtHangUp() throws IOException, InterruptedException {
        Identity second = CA.server("localhost");
        write(CA.server("localhost"), cert, key);
        try (Server server = serve("--set", "tls.reload-interval=off")) {
            hangUp(server);
            server.awaitLog("INFO  SIGHUP: nothing has changed");
            write(second, cert, key);
            hangUp(server);
            server.awaitLog("INFO  certificates reloaded: CN=localhost (localhost), serial "
                    + second.leaf().getSerialNumber().toString(16).toUpperCase(Locale.ROOT) + ", expires "
                    + second.leaf().getNotAfter().toInstant());
            Files.write(cert, new byte[0]);
            hangUp(server);
            server.awaitLog("ERROR certificates not reloaded, those in use stay: penstock.tls.cert: " + cert
                    + " (expected: a certificate; the file is empty)");
            server.stopWithoutLoss();
            assertThat(server.log()).anyMatch(line -> line.endsWith("; certificates: reloads 1, refused 1"));
        }
    }

    private static void hangUp(Server server) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(server.toldPid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    @Test
    void areChosenByNameAndByKey() throws IOException {
        Path rsaCert = dir.resolve("rsa.pem");
        Path rsaKey = dir.resolve("rsa-key.pem");
        Path apiCert = dir.resolve("api.pem");
        Path apiKey = dir.resolve("api-key.pem");
        write(CA.server("www.example.org"), cert, key);
        write(CA.issue(CertificateSpec.server("www.example.org").keyType(KeyType.RSA_2048)), rsaCert, rsaKey);
        write(CA.server("*.api.example.org"), apiCert, apiKey);
        try (Server server = serve(
                "--set",
                "tls.certificates.rsa.cert=" + rsaCert,
                "--set",
                "tls.certificates.rsa.key=" + rsaKey,
                "--set",
                "tls.certificates.api.cert=" + apiCert,
                "--set",
                "tls.certificates.api.key=" + apiKey,
                "--set",
                "tls.strict-sni=true",
                "--set",
                "tls.alpn=mqtt")) {
            assertThat(handshake(server, "-servername", "www.example.org"))
                    .contains("subject=CN=www.example.org", "Peer signature type: ECDSA");
            assertThat(handshake(server, "-servername", "www.example.org", "-sigalgs", "RSA-PSS+SHA256"))
                    .contains("Peer signature type: RSA-PSS");
            assertThat(handshake(server, "-servername", "v1.api.example.org", "-alpn", "h2,mqtt"))
                    .contains("subject=CN=*.api.example.org", "ALPN protocol: mqtt");
            assertThat(handshake(server, "-servername", "other.example.org")).contains("SSL alert number 112");
            assertThat(handshake(server, "-noservername")).contains("SSL alert number 112");
            assertThat(handshake(server, "-servername", "www.example.org", "-alpn", "h2"))
                    .contains("SSL alert number 120");
        }
    }
}
