package io.penstock.server.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.protocol.InvalidSettingsException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityLoaderProblemsTest {
    private static final CertificateAuthority CA = CertificateAuthority.create("Root");
    private static final Identity IDENTITY = CA.server("localhost");
    private static final Identity OTHER = CA.server("other.example");

    private final Path dir;
    private final Path cert;
    private final Path key;
    private final Path password;
    private final Openssl openssl;
    private Optional<Path> keySetting;
    private Optional<Path> passwordSetting = Optional.empty();
    private Clock clock = Clock.systemUTC();
    private FileAccess files = FileAccess.SYSTEM;

    IdentityLoaderProblemsTest(@TempDir Path dir) {
        this.dir = dir;
        this.cert = dir.resolve("cert.pem");
        this.key = dir.resolve("key.pem");
        this.password = dir.resolve("password");
        this.openssl = new Openssl(dir);
        this.keySetting = Optional.of(key);
    }

    @BeforeEach
    void writeFiles() throws IOException {
        PemFiles.writeCertificates(cert, List.of(IDENTITY.leaf(), CA.certificate()));
        PemFiles.writeKey(key, IDENTITY.key());
        Files.writeString(password, "s3cret\n");
    }

    private List<String> problems() {
        IdentityFiles settings =
                new IdentityFiles(IdentityFiles.DEFAULT_SECTION, Optional.of(cert), keySetting, passwordSetting);
        Problems problems = new Problems();
        new IdentityLoader(settings, clock, files, problems).load(Optional.empty());
        InvalidSettingsException thrown = catchThrowableOfType(InvalidSettingsException.class, problems::throwIfAny);
        return thrown == null ? List.of() : thrown.problems();
    }

    private String certLine(String words) {
        return "penstock.tls.cert: " + cert + " (expected: " + words + ")";
    }

    private String keyLine(String words) {
        return "penstock.tls.key: " + key + " (expected: " + words + ")";
    }

    private void cut(Path file, double share) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * share)));
    }

    @Test
    void findsNothingWrongWithAPair() {
        assertThat(problems()).isEmpty();
    }

    @Test
    void reportsEveryProblemAtOnce() throws IOException {
        Files.writeString(cert, "");
        Files.delete(key);
        passwordSetting = Optional.of(dir);

        assertThat(problems())
                .containsExactly(
                        "penstock.tls.key-password-file: " + dir
                                + " (expected: a file with a password in its first line; it is a directory)",
                        certLine("a certificate; the file is empty"),
                        keyLine("a file with a private key; there is nothing at " + key));
    }

    @Test
    void saysThatAKeyAloneNeedsACertificate() {
        Problems problems = new Problems();
        IdentityFiles settings =
                new IdentityFiles(IdentityFiles.DEFAULT_SECTION, Optional.empty(), keySetting, Optional.empty());
        new IdentityLoader(settings, clock, files, problems).load(Optional.empty());

        assertThat(catchThrowableOfType(InvalidSettingsException.class, problems::throwIfAny))
                .hasMessage("penstock.tls.cert: nothing (expected: the file with the certificate of " + key + ")");
    }

    @Nested
    class Pairs {
        @Test
        void thatDoNotBelongTogether() throws IOException {
            PemFiles.writeKey(key, OTHER.key());

            assertThat(problems())
                    .containsExactly(
                            keyLine("the private key of CN=localhost in " + cert + "; the two do not belong together"));
        }

        @Test
        void ofDifferentAlgorithms() throws IOException {
            PemFiles.writeKey(key, KeyType.RSA_2048.generate().getPrivate());

            assertThat(problems()).singleElement().asString().contains("do not belong together");
        }
    }

    @Nested
    class Validity {
        private void at(Instant now) {
            clock = Clock.fixed(now, ZoneOffset.UTC);
        }

        @Test
        void thatIsOver() {
            Instant until = IDENTITY.leaf().getNotAfter().toInstant();
            at(until.plusSeconds(60));

            assertThat(problems())
                    .containsExactly(certLine("a certificate that is valid now, " + until.plusSeconds(60)
                            + "; CN=localhost expired on " + until + ": renew it"));
        }

        @Test
        void thatHasNotBegun() {
            Instant from = IDENTITY.leaf().getNotBefore().toInstant();
            at(from.minus(Duration.ofDays(1)));

            assertThat(problems())
                    .containsExactly(certLine("a certificate that is valid now, " + from.minus(Duration.ofDays(1))
                            + "; CN=localhost is valid from " + from + ": wait or correct the clock"));
        }
    }

    @Nested
    class FilesThemselves {
        @Test
        void thatMayNotBeRead() throws IOException {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
            files = path -> {
                if (path.equals(key)) {
                    throw new AccessDeniedException(path.toString());
                }
                return FileAccess.SYSTEM.read(path);
            };
            String owner = Files.getOwner(key).getName();

            assertThat(problems())
                    .singleElement()
                    .asString()
                    .startsWith(("penstock.tls.key: " + key + " (expected: a file that " + FileAccess.user()
                            + " may read; it belongs to " + owner + ":"))
                    .endsWith(" and has mode 0640)");
        }

        @Test
        void thatAreDirectories() throws IOException {
            Files.delete(cert);
            Files.createDirectory(cert);

            assertThat(problems()).containsExactly(certLine("a file with a certificate; it is a directory"));
        }

        @Test
        void thatAreNoneOfTheForms() throws IOException {
            Files.writeString(cert, "hello");

            assertThat(problems())
                    .containsExactly(
                            certLine("a certificate as PEM, DER, PKCS#7, PKCS#12 or JKS; the file is none of these"));
        }

        @Test
        void thatLackTheirEnd() throws IOException {
            cut(key, 0.6);

            assertThat(problems())
                    .containsExactly(keyLine("-----END PRIVATE KEY----- after the BEGIN of line 1;"
                            + " the block is cut off: copy the file again"));
        }

        @Test
        void thatLackTheEndOfTheFirstOfTwoBlocks() throws IOException {
            String pem = Files.readString(cert);
            Files.writeString(cert, pem.replaceFirst("-----END CERTIFICATE-----\n", ""));

            assertThat(problems()).singleElement().asString().contains("after the BEGIN of line 1");
        }

        @Test
        void thatLackTheEndOfTheFirstLine() throws IOException {
            Files.writeString(cert, "-----BEGIN CERTIFI");

            assertThat(problems()).containsExactly(certLine("a whole PEM block; the first BEGIN line is cut off"));
        }

        @Test
        void thatAreNotBase64() throws IOException {
            Files.writeString(cert, Files.readString(cert).replaceFirst("\n.", "\n*"));

            assertThat(problems())
                    .containsExactly(certLine("base64 in the CERTIFICATE block of line 1; the file is damaged"));
        }

        @ParameterizedTest
        @CsvSource({"CERTIFICATE, cert", "PRIVATE KEY, key"})
        void thatAreBase64OfSomethingElse(String type, String name) throws IOException {
            Path file = dir.resolve(name + ".pem");
            Files.writeString(file, "-----BEGIN " + type + "-----\nAAAA\n-----END " + type + "-----\n");

            assertThat(problems())
                    .singleElement()
                    .asString()
                    .startsWith("penstock.tls." + name + ": " + file)
                    .contains("in the " + type + " block of line 1; it is damaged");
        }

        @ParameterizedTest
        @ValueSource(strings = {"x509 -in cert.pem -outform DER -out cert.pem", "x509 -in cert.pem -out cert.pem"})
        void thatAreCutAnywhere(String command) throws IOException {
            openssl.run(command);
            cut(cert, 0.7);

            assertThat(problems()).singleElement().asString().startsWith("penstock.tls.cert: " + cert);
        }
    }

    @Nested
    class SomethingElse {
        @Test
        void aKeyAsCertificateAndACertificateAsKey() throws IOException {
            PemFiles.writeKey(cert, IDENTITY.key());
            PemFiles.writeCertificates(key, IDENTITY.chain());

            assertThat(problems())
                    .containsExactly(
                            keyLine("a private key; the file holds a certificate"),
                            certLine("a certificate; the file holds a private key"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"PEM", "DER"})
        void aRequest(String form) {
            openssl.run("req -new -key key.pem -subj /CN=x -outform " + form + " -out cert.pem");

            assertThat(problems())
                    .containsExactly(certLine(
                            "a certificate; the file holds a certificate request, which a CA has yet to sign"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"PEM", "DER"})
        void aPublicKey(String form) {
            openssl.run("pkey -in key.pem -pubout -outform " + form + " -out public.pem");
            keySetting = Optional.of(dir.resolve("public.pem"));

            assertThat(problems())
                    .containsExactly("penstock.tls.key: " + dir.resolve("public.pem")
                            + " (expected: a private key; the file holds a public key)");
        }

        @Test
        void aKeyOfAKindThatTlsDoesNotKnow() {
            openssl.run("genpkey -algorithm X25519 -out key.pem");

            assertThat(problems())
                    .containsExactly(keyLine("a private key of RSA, EC P-256, P-384, P-521 or Ed25519 in the"
                            + " PRIVATE KEY block of line 1; it is damaged or of another kind"));
        }

        @Test
        void aCertificateFileWithoutTheKey() {
            keySetting = Optional.empty();

            assertThat(problems())
                    .containsExactly(certLine("the private key in it, or penstock.tls.key with the file that has it;"
                            + " the file holds 2 certificates"));
        }

        @Test
        void severalKeysInOneFile() throws IOException {
            String first = Files.readString(key);
            PemFiles.writeKey(key, OTHER.key());
            Files.writeString(key, first + Files.readString(key));

            assertThat(problems())
                    .singleElement()
                    .asString()
                    .contains("one private key; the file holds 2: line 1, line ");
        }

        @Test
        void severalKeysInAStore() throws Exception {
            store("first", "second");

            assertThat(problems()).containsExactly(certLine("one private key; the file holds 2: first, second"));
        }

        @Test
        void aStoreWithoutKeys() throws Exception {
            store();

            assertThat(problems())
                    .containsExactly(certLine("the private key in it, or penstock.tls.key with the file that has it;"
                            + " the file holds a certificate"));
        }

        private void store(String... aliases) throws Exception {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("ca", CA.certificate());
            for (String alias : aliases) {
                Identity identity = CA.server(alias);
                store.setKeyEntry(
                        alias,
                        identity.key(),
                        "s3cret".toCharArray(),
                        identity.chain().toArray(new X509Certificate[0]));
            }
            try (OutputStream out = Files.newOutputStream(cert)) {
                store.store(out, "s3cret".toCharArray());
            }
            keySetting = Optional.empty();
            passwordSetting = Optional.of(password);
        }
    }

    @Nested
    class Passwords {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "pkcs8 -topk8 -in key.pem -out secret.pem",
                    "pkcs8 -topk8 -v1 PBE-SHA1-3DES -in key.pem -out secret.pem",
                    "ec -aes256 -in key.pem -out secret.pem"
                })
        void thatAreMissingOrWrong(String command) throws IOException {
            openssl.run(command + " -passout pass:s3cret");
            Files.move(dir.resolve("secret.pem"), key, StandardCopyOption.REPLACE_EXISTING);

            assertThat(problems())
                    .containsExactly(keyLine("penstock.tls.key-password-file, too; the private key is encrypted"));
            Files.writeString(password, "wr0ng");
            passwordSetting = Optional.of(password);
            assertThat(problems())
                    .containsExactly("penstock.tls.key-password-file: " + password + " (expected: the password of "
                            + key + "; it does not open it)");
        }

        @Test
        void thatDoNotOpenAStore() throws IOException {
            openssl.run("pkcs12 -export -in cert.pem -inkey key.pem -out store.p12 -passout pass:s3cret");
            Files.move(dir.resolve("store.p12"), cert, StandardCopyOption.REPLACE_EXISTING);
            keySetting = Optional.empty();

            assertThat(problems())
                    .containsExactly(
                            certLine("penstock.tls.key-password-file, too; the file is encrypted with a password"));
            Files.writeString(password, "wr0ng");
            passwordSetting = Optional.of(password);
            assertThat(problems())
                    .containsExactly("penstock.tls.key-password-file: " + password + " (expected: the password of "
                            + cert + "; it does not open it)");
        }

        @Test
        void whoseFileIsMissingAreReportedOnce() {
            openssl.run("pkcs8 -topk8 -in key.pem -out secret.pem -passout pass:s3cret");
            keySetting = Optional.of(dir.resolve("secret.pem"));
            Path missing = dir.resolve("missing");
            passwordSetting = Optional.of(missing);

            assertThat(problems())
                    .containsExactly("penstock.tls.key-password-file: " + missing + " (expected: a file with"
                            + " a password in its first line; there is nothing at " + missing + ")");
        }

        @Test
        void whoseFirstLineIsEmpty() throws IOException {
            Files.writeString(password, "\ns3cret");
            passwordSetting = Optional.of(password);

            assertThat(problems())
                    .containsExactly("penstock.tls.key-password-file: " + password
                            + " (expected: a password in its first line; the line is empty)");
        }

        @Test
        void areNeverShown() {
            openssl.run("pkcs8 -topk8 -in key.pem -out secret.pem -passout pass:other");
            keySetting = Optional.of(dir.resolve("secret.pem"));
            passwordSetting = Optional.of(password);

            assertThat(problems()).isNotEmpty().noneMatch(line -> line.contains("s3cret"));
        }
    }

    @Test
    void keepsOneProblemOnOneLineWhateverThePathIs() throws IOException {
        Path odd =
                dir.resolve(new String("a\n\u001b[2Jb".getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII));
        keySetting = Optional.of(odd);

        assertThat(problems()).singleElement().asString().doesNotContain("\n").doesNotContain("\u001b");
    }
}
