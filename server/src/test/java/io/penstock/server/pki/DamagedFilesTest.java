package io.penstock.server.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever has happened to a file, the answer is a line and no exception of a library. */
class DamagedFilesTest {
    private static final int ROUNDS = 150;

    private final Path dir;

    DamagedFilesTest(@TempDir Path dir) {
        this.dir = dir;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkcs12 -export -in cert.pem -inkey key.pem -out file -passout pass:s3cret",
                "pkcs8 -topk8 -in key.pem -out file -passout pass:s3cret",
                "pkcs8 -topk8 -in key.pem -outform DER -out file -passout pass:s3cret",
                "ec -aes256 -in key.pem -out file -passout pass:s3cret",
                "ec -in key.pem -outform DER -out file",
                "crl2pkcs7 -nocrl -certfile cert.pem -out file",
                "crl2pkcs7 -nocrl -certfile cert.pem -outform DER -out file",
                "x509 -in cert.pem -outform DER -out file",
                "x509 -in cert.pem -out file"
            })
    void areAnsweredWithOneLine(String command) throws IOException {
        Identity identity = CertificateAuthority.create("Root").server("localhost");
        PemFiles.writeCertificates(dir.resolve("cert.pem"), identity.chain());
        PemFiles.writeKey(dir.resolve("key.pem"), identity.key());
        Files.writeString(dir.resolve("password"), "s3cret");
        new Openssl(dir).run(command);
        byte[] whole = Files.readAllBytes(dir.resolve("file"));
        Random random = new Random(command.hashCode());
        for (int round = 0; round < ROUNDS; round++) {
            Files.write(dir.resolve("damaged"), damaged(whole, random));
            Problems problems = load(dir.resolve("damaged"));
            assertThat(problems.warnings()).noneMatch(line -> line.contains("s3cret"));
        }
    }

    private static byte[] damaged(byte[] whole, Random random) {
        byte[] bytes = Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
        for (int flips = random.nextInt(3); flips >= 0 && bytes.length > 0; flips--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private Problems load(Path file) {
        Problems problems = new Problems();
        IdentityFiles settings = new IdentityFiles(
                IdentityFiles.DEFAULT_SECTION,
                Optional.of(file),
                Optional.empty(),
                Optional.of(dir.resolve("password")));
        new IdentityLoader(settings, Clock.systemUTC(), FileAccess.SYSTEM, problems).load(Optional.of("localhost"));
        return problems;
    }
}
