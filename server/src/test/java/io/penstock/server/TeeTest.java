package io.penstock.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.ProcessorFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames that go to a file, to another host and back to their sender, as configured. */
class TeeTest {
    @TempDir
    private Path dir;

    private static List<String> readLines(ServerSocket target) {
        try (Socket socket = target.accept();
                BufferedReader reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProcessorFactory configured(String... settings) {
        return ListenerSettings.from(Harness.config("plaintext = true\n" + String.join("\n", settings)))
                .get(0)
                .processors()
                .factory();
    }

    @Test
    void givesFramesToAFileToAnotherHostAndBackToTheirSender() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<List<String>> relayed = CompletableFuture.supplyAsync(() -> readLines(target));
            ProcessorFactory tee = configured(
                    "processor = tee",
                    "tee {",
                    "  archive { processor = file, file.path = \"" + dir.resolve("in.log") + "\" }",
                    "  relay {",
                    "    processor = forward",
                    "    forward { targets = [\"127.0.0.1:" + target.getLocalPort() + "\"]",
                    "              protocol = lines, plaintext = true }",
                    "  }",
                    "  answer { processor = echo }",
                    "}");
            try (Harness harness = Harness.plaintext(tee, "protocol = lines");
                    Socket socket = harness.connect()) {
                socket.getOutputStream().write("one\ntwo\n".getBytes(UTF_8));
                socket.shutdownOutput();
                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                        .isEqualTo("one\ntwo\n");
                harness.server().drain().toCompletableFuture().join();
            }
            assertThat(relayed.join()).containsExactly("one", "two");
            assertThat(dir.resolve("in.log")).hasContent("one\ntwo\n");
        }
    }
}
