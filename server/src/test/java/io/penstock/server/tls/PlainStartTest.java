package io.penstock.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.pki.DevelopmentCa;
import io.penstock.server.pki.DevelopmentFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start on plain PEM files must not load: BouncyCastle's signed jars and Java's trust store are slow. */
class PlainStartTest {
    /** Runs in a JVM of its own. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) {
            DevelopmentFiles files = DevelopmentCa.ensure(Path.of(arguments[0]), Optional.empty(), Clock.systemUTC());
            TlsSettings settings = TlsSettings.development().withCertificate(files.files());
            TlsContext.load(settings, Optional.of("localhost"), Clock.systemUTC())
                    .engine(Optional.empty());
        }
    }

    @Test
    void loadsNoBouncyCastleAndNoTrustStore(@TempDir Path home) throws Exception {
        DevelopmentCa.ensure(home, Optional.empty(), Clock.systemUTC());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        home.toString())
                .redirectErrorStream(true)
                .start();
        String loaded = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(loaded).isZero();
        assertThat(loaded)
                .contains("io.penstock.server.tls.TlsContext ")
                .doesNotContain("org.bouncycastle")
                .doesNotContain("TrustStoreManager");
    }
}
