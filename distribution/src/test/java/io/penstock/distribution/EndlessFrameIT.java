package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.BadFrameAction;
import io.penstock.testkit.TlsClient;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A line of 100 MiB, sent to a server that has less memory than that. */
class EndlessFrameIT {
    private static final String MEMORY = "-Xmx80m -XX:MaxDirectMemorySize=32m";
    private static final int MIB = 1 << 20;
    private static final int MIBS = 100;
    private static final int MAX = 64 << 10;

    private final Path dir;

    EndlessFrameIT(@TempDir Path dir) {
        this.dir = dir;
    }

    @ParameterizedTest
    @EnumSource(BadFrameAction.class)
    void costsNoMoreThanTheLimitAndTheNextOneIsUnharmed(BadFrameAction action) {
        try (Server server = Product.packaged(dir)
                .options(MEMORY)
                .serve(
                        "--protocol",
                        "lines",
                        "--processor",
                        "echo",
                        "--set",
                        "on-bad-frame=" + action.name().toLowerCase(Locale.ROOT))) {
            try (TlsClient client = server.connect()) {
                sendEndless(client);
                client.send("\nnext\n");
                if (action == BadFrameAction.TRUNCATE) {
                    assertThat(client.readLine()).isEqualTo("x".repeat(MAX));
                }
                assertThat(client.readLine()).isEqualTo(action == BadFrameAction.CLOSE ? "" : "next");
            } catch (UncheckedIOException e) {
                // The connection may have been reset while the client was writing.
                assertThat(action).isEqualTo(BadFrameAction.CLOSE);
            }
            if (action == BadFrameAction.CLOSE) {
                server.awaitLog(" bad frame: line of ");
            }
            try (TlsClient client = server.connect()) {
                assertThat(client.send("another\n").readLine()).isEqualTo("another");
            }
            server.stopWithoutLoss();
        }
    }

    /** As much of it as the server takes. */
    private static void sendEndless(TlsClient client) {
        byte[] mib = "x".repeat(MIB).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < MIBS; i++) {
            client.send(mib);
        }
    }
}
