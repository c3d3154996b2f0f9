package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.PemFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong before the port accepts: the exit code, and words that name what to mend. */
class FailuresIT {
    private static final CertificateAuthority CA = CertificateAuthority.create("Root");

    private final Path dir;
    private final Path cert;
    private final Path key;

    FailuresIT(@TempDir Path dir) throws IOException {
        this.dir = dir;
        this.cert = dir.resolve("cert.pem");
        this.key = dir.resolve("key.pem");
        write(CA.server("localhost"));
    }

    private void write(Identity identity) throws IOException {
        PemFiles.writeCertificates(cert, List.of(identity.leaf(), CA.certificate()));
        PemFiles.writeKey(key, identity.key());
    }

    private List<String> problems(int code, String... words) {
        Product.Run run = Product.packaged(dir).run(words);
        assertThat(run.code()).as(run.err()).isEqualTo(code);
        assertThat(run.out()).isEmpty();
        Server.assertNoStackTrace(run.err());
        assertThat(dir.resolve("ready")).doesNotExist();
        return run.err()
                .lines()
                .map(line -> line.replaceFirst("^\\d{4}-\\d\\d-\\d\\dT\\S+ ", ""))
                .toList();
    }

    private List<String> certificateProblems(String... more) {
        String[] words = new String[5 + more.length];
        System.arraycopy(new String[] {"serve", "--cert", cert.toString(), "--key", key.toString()}, 0, words, 0, 5);
        System.arraycopy(more, 0, words, 5, more.length);
        return problems(2, words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "serve --prot x | penstock serve: unknown option --prot (near: --port, --protocol)"
                        + " | try 'penstock serve --help'",
                "sevre | penstock: unknown command sevre (near: serve) | try 'penstock --help'",
                "bench -t 10 | penstock bench: --duration 10 (expected: a duration such as 10s) | try 'penstock bench --help'",
                "send | penstock send: HOST:PORT is missing | try 'penstock send --help'",
                "serve --protocol morse | penstock.protocol: morse (expected: json|length:1|2|4|8[:be|le][:inclusive]|lines"
                        + "|netstring|nul|raw|relp|syslog|varint, or the full name of a class)"
                        + " at command line (--protocol) | ''",
                "serve --processor kafka | penstock.processor: kafka (expected: console|discard|echo|file|forward|tee, or the"
                        + " full name of a class; this one is not in this version) at command line (--processor) | ''",
                "serve --processor com.acme.None | penstock.processor: com.acme.None (expected: a class on the class"
                        + " path; its jar belongs in lib/ext/ of the distribution) at command line (--processor) | ''",
            })
    void wrongWordsEndWithTwo(String words, String line, String hint) {
        assertThat(problems(2, words.split(" "))).isEqualTo(hint.isEmpty() ? List.of(line) : List.of(line, hint));
    }

    @Test
    void fiveMistakesAreFiveLines() throws IOException {
        write(CA.issue(CertificateSpec.server("localhost")
                .valid(Instant.now().minus(Duration.ofDays(9)), Instant.now().minus(Duration.ofDays(2)))));
        Path file = Files.writeString(dir.resolve("app.conf"), """
                penstock {
                  idle-timeuot = 5s
                  backlog = many
                  tls { cert = "%s", key = "%s" }
                }
                """.formatted(cert, key));

        assertThat(problems(2, "serve", "--port", "70000", "--client-auth", "maybe", file.toString()))
                .hasSize(5)
                .contains("penstock.port: 70000 (expected: 0..65535) at command line (--port)")
                .contains("penstock.backlog: many (expected: a whole number) at " + file + ": 3")
                .contains("penstock.tls.client-auth: maybe (expected: none|optional|required) at command line"
                        + " (--client-auth)")
                .anyMatch(line -> line.startsWith("penstock.idle-timeuot: unknown key (did you mean idle-timeout?) at ")
                        && line.endsWith(" at " + file + ": 2"))
                .anyMatch(line -> line.startsWith(
                        "penstock.tls.cert: " + cert + " (expected: a certificate that is" + " valid now, "));
    }

    @Test
    void anExpiredCertificateSaysSinceWhen() throws IOException {
        Identity expired = CA.issue(CertificateSpec.server("localhost")
                .valid(Instant.now().minus(Duration.ofDays(9)), Instant.now().minus(Duration.ofDays(2))));
        write(expired);

        assertThat(certificateProblems())
                .singleElement()
                .asString()
                .startsWith("penstock.tls.cert: " + cert + " (expected: a certificate that is valid now, ")
                .endsWith("; CN=localhost expired on "
                        + expired.leaf().getNotAfter().toInstant() + ": renew it)");
    }

    @Test
    void aKeyOfAnotherCertificateIsNamed() throws IOException {
        PemFiles.writeKey(key, CA.server("other.example").key());

        assertThat(certificateProblems())
                .singleElement()
                .asString()
                .startsWith("penstock.tls.key: " + key + " (expected: ")
                .contains(cert.toString());
    }

    @Test
    void aHalfWrittenFileIsNamed() throws IOException {
        byte[] whole = Files.readAllBytes(key);
        Files.write(key, Arrays.copyOf(whole, whole.length / 2));

        assertThat(certificateProblems())
                .containsExactly("penstock.tls.key: " + key + " (expected: -----END PRIVATE KEY----- after the BEGIN of"
                        + " line 1; the block is cut off: copy the file again)");
    }

    @Test
    void aWrongPasswordIsNamedAndNotShown() throws IOException, InterruptedException {
        Path encrypted = dir.resolve("encrypted.pem");
        try (Running openssl = Running.start(
                new ProcessBuilder(
                        "openssl",
                        "pkcs8",
                        "-topk8",
                        "-in",
                        key.toString(),
                        "-out",
                        encrypted.toString(),
                        "-passout",
                        "pass:s3cret"),
                dir)) {
            assertThat(openssl.exit()).as(openssl.err()).isZero();
        }
        Path password = Files.writeString(dir.resolve("password"), "wr0ng\n");

        assertThat(problems(
                        2,
                        "serve",
                        "--cert",
                        cert.toString(),
                        "--key",
                        encrypted.toString(),
                        "--key-password-file",
                        password.toString()))
                .containsExactly("penstock.tls.key-password-file: " + password + " (expected: the password of "
                        + encrypted + "; it does not open it)");
    }

    @Test
    void aPortInUseEndsWithOneAndNamesIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThat(problems(
                            1,
                            "serve",
                            "--host",
                            "127.0.0.1",
                            "--port",
                            port,
                            "--ready-file",
                            dir.resolve("ready").toString()))
                    .containsExactly("ERROR port " + port
                            + " on 127.0.0.1 is in use: stop what listens there, or choose" + " another with --port");
        }
    }

    @Test
    void aFileThatAnotherServerHasIsNamed() {
        Path file = dir.resolve("received.log");
        String[] words = {"--processor", "file", "--set", "file.path=" + file};
        try (Server server = Product.packaged(dir).serve(words)) {
            assertThat(problems(
                            1,
                            "serve",
                            "--host",
                            "127.0.0.1",
                            "--port",
                            "0",
                            "--processor",
                            "file",
                            "--set",
                            "file.path=" + file))
                    .singleElement()
                    .asString()
                    .startsWith("ERROR the server cannot run: cannot open " + file
                            + ": it is being written by another processor (process " + server.toldPid() + ")");
            server.stopWithoutLoss();
        }
    }
}
