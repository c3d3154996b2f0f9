package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stranger's first minute: serve without a certificate, and openssl at the other end. */
class OpensslIT {
    private final Path dir;

    OpensslIT(@TempDir Path dir) {
        this.dir = dir;
    }

    @ParameterizedTest
    @CsvSource({"-tls1_2, TLSv1.2", "-tls1_3, TLSv1.3"})
    void bytesAreOnStdoutBeforeAnyNewlineAndTheEndIsLoggedOnce(String option, String version) {
        try (Server server = Product.packaged(dir).serve();
                SClient client = SClient.connect(server, dir, option)) {
            client.type("no newl");
            server.awaitOut("no newl");
            client.type("ine\nand more");
            server.awaitOut("no newline\nand more");
            assertThat(client.isAlive()).as(client.output()).isTrue();

            assertThat(client.end()).as(client.output()).isZero();

            assertThat(client.output()).contains("Verify return code: 0 (ok)");
            server.awaitLog(" end of stream");
            List<String> lines = server.log("c1");
            assertThat(lines).hasSize(2);
            assertThat(lines.get(0))
                    .matches("INFO +c1 127\\.0\\.0\\.1:\\d+ handshake done: " + version + " \\w+ in \\d+ ms");
            assertThat(lines.get(1))
                    .startsWith(lines.get(0).replaceFirst(" handshake .*", ""))
                    .matches(".* end of stream; 19 bytes in, 0 out, \\d+ frames processed, open for \\d+ ms");
            server.stopWithoutLoss();
            assertThat(server.out()).isEqualTo("no newline\nand more");
        }
    }

    @Test
    void recordsMayBePadded() {
        try (Server server = Product.packaged(dir).serve();
                SClient client = SClient.connect(server, dir, "-tls1_3", "-record_padding", "4096")) {
            client.type("padded\n");
            server.awaitOut("padded\n");
            assertThat(client.end()).as(client.output()).isZero();
        }
    }

    @Test
    void aClientThatIsInterruptedIsAnEndOfItsOwnAndTheServerLivesOn() {
        try (Server server = Product.packaged(dir).serve()) {
            try (SClient client = SClient.connect(server, dir)) {
                client.type("first");
                server.awaitOut("first");
                client.interrupt();
            }
            server.awaitLog(" truncated: TLS-TRUNCATED: ");
            try (SClient client = SClient.connect(server, dir)) {
                client.type(" second\n");
                server.awaitOut("first second\n");
                assertThat(client.end()).isZero();
            }
            server.awaitLog(" end of stream");
            assertThat(server.log("c1")).hasSize(2).last().asString().contains(" truncated: ", "; 5 bytes in, ");
            assertThat(server.log("c2")).hasSize(2).last().asString().contains(" end of stream; 8 bytes in, ");
            server.stopWithoutLoss();
            assertThat(server.out()).isEqualTo("first second\n");
        }
    }

    @Test
    void theStartTellsTheHostThePortAndTheBacklogThatTheSystemAllows() throws IOException {
        try (Server server = Product.packaged(dir).serve("--set", "backlog=2000000000")) {
            String listening = "INFO  listening on 127.0.0.1:" + server.port();
            Path limit = Path.of("/proc/sys/net/core/somaxconn");
            if (Files.exists(limit)) {
                // By way of another process, so that both do not fall into the same trap.
                String backlog = new String(
                        new ProcessBuilder("cat", limit.toString())
                                .start()
                                .getInputStream()
                                .readAllBytes(),
                        StandardCharsets.US_ASCII);
                listening += " (backlog " + backlog.strip() + ": the system cuts 2000000000)";
            }
            assertThat(server.log())
                    .filteredOn(line -> line.contains("listening on "))
                    .containsExactly(listening);
            assertThat(server.log())
                    .contains("INFO  development certificate, try: penstock send localhost:" + server.port()
                            + ", or: openssl s_client -connect localhost:" + server.port() + " -CAfile " + server.ca());
            server.stopWithoutLoss();
        }
    }
}
