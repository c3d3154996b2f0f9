package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.PemFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertShowCommandTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path dir;

    private Run show(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                Run.stream(out),
                Run.stream(err),
                Map.of("PENSTOCK_HOME", dir.resolve("home").toString()));
        int code = new CertShowCommand(terminal, CLOCK).run(CertShowArguments.parse(List.of(words)));
        return new Run(code, Run.text(out), Run.text(err));
    }

    private static byte[] resource(String name) {
        try (InputStream in = CertShowCommandTest.class.getResourceAsStream("certshow/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String copied(String name) throws IOException {
        return Files.write(dir.resolve(name), resource(name)).toString();
    }

    /** What is expected, with the directory of this run. */
    private String golden(String name) {
        return new String(resource(name), StandardCharsets.UTF_8).replace("DIR", dir.toString());
    }

    @Test
    void explainsAChainForPeople() throws IOException {
        Run run = show(copied("reversed.pem"), "--ca", copied("root.pem"), "--hostname", "www.example.test");

        assertThat(run.out()).isEqualTo(golden("reversed.txt"));
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void explainsAChainForPrograms() throws IOException {
        Run run = show(copied("reversed.pem"), "--ca", copied("root.pem"), "--hostname", "www.example.test", "--json");

        assertThat(run.out()).isEqualTo(golden("reversed.json"));
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void endsWithZeroWhenThereAreOnlyWarnings() throws IOException {
        Run run = show(copied("reversed.pem"), "--ca", copied("root.pem"), "--hostname", "a.gate.example.test");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("warning: the order is ").endsWith("\n\n1 warning, 1 note\n");
    }

    @Test
    void letsNothingOfACertificateReachTheTerminalUnescaped() throws IOException {
        Identity evil = CertificateAuthority.create(CertificateSpec.authority("\u001b[2Jroot\u202e\nforged: line"))
                .issue(CertificateSpec.server("localhost").commonName("\u001b]0;x\u0007\u009b31m\rleaf"));
        Path file = dir.resolve("c.pem");
        PemFiles.writeCertificates(file, evil.chain());

        for (Run run : List.of(show(file.toString()), show(file.toString(), "--json"))) {
            assertThat(run.out().replace("\n", "")).doesNotContainPattern("[\\x00-\\x1f\\x7f-\\x9f\u202e]");
            assertThat(run.out().lines()).noneMatch(line -> line.startsWith("forged"));
        }
        assertThat(show(file.toString()).out()).contains("\\x1b]0;x\\x07\\u{9b}31m\\x0dleaf");
    }

    @Test
    void saysWhatCannotBeReadAndEndsWithTwo() {
        Run run = Run.of("cert", "show", dir.resolve("none.pem").toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo(dir.resolve("none.pem") + " (expected: a file with a certificate; there is nothing at "
                        + dir.resolve("none.pem") + ")\n");
    }

    @Test
    void takesAFileForAFileEvenIfItLooksLikeAnAddress() throws IOException {
        Path file = Files.write(dir.resolve("host:443"), resource("reversed.pem"));

        assertThat(CertShowTarget.of(file.toString())).isEqualTo(new CertShowTarget.OfFile(file));
        assertThat(CertShowTarget.of("host:443")).isEqualTo(new CertShowTarget.OfServer("host", 443));
        assertThat(CertShowTarget.of("[::1]:8000")).isEqualTo(new CertShowTarget.OfServer("::1", 8000));
        assertThat(CertShowTarget.of("host:65536")).isInstanceOf(CertShowTarget.OfFile.class);
        assertThat(CertShowTarget.of("dir/host:1")).isInstanceOf(CertShowTarget.OfFile.class);
        assertThat(new CertShowTarget.OfServer("::1", 8000)).hasToString("[::1]:8000");
    }
}
