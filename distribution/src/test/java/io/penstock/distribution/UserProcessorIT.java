package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.Orders;
import com.typesafe.config.ConfigFactory;
import io.penstock.testkit.PenstockExtension;
import io.penstock.testkit.TlsClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One class of a user's: by its name from a jar in {@code lib/ext}, and in a test of his own. */
class UserProcessorIT {
    private static final String FAILURE = "IllegalArgumentException: no such order: poison";

    @TempDir
    static Path shared;

    private static Product product;

    private final Path dir;

    UserProcessorIT(@TempDir Path dir) {
        this.dir = dir;
    }

    @BeforeAll
    static void putTheJarIntoTheDistribution() {
        product = Product.withJar(shared, Orders.class);
    }

    private Server serve(String onFailure) {
        return product.state(dir)
                .serve(
                        "--protocol",
                        "lines",
                        "--processor",
                        "com.acme.Orders",
                        "--set",
                        "processor-config.answer=taken: ",
                        "--set",
                        "penstock.processor-config.book=" + book(),
                        "--set",
                        "on-processor-failure=" + onFailure);
    }

    private Path book() {
        return dir.resolve("book");
    }

    @Nested
    class Standalone {
        @Test
        void runsWithTheValuesOfTheConfiguration() {
            try (Server server = serve("close")) {
                try (TlsClient client = server.connect()) {
                    client.send("tea\nmilk\n");
                    assertThat(client.readLine()).isEqualTo("taken: tea");
                    assertThat(client.readLine()).isEqualTo("taken: milk");
                }
                server.stopWithoutLoss();
                assertThat(book()).hasContent("tea\nmilk\n");
            }
        }

        @Test
        void thatThrowsEndsTheConnectionOfThePoisonAndNoOther() {
            try (Server server = serve("close")) {
                try (TlsClient other = server.connect()) {
                    other.send("tea\n");
                    assertThat(other.readLine()).isEqualTo("taken: tea");
                    try (TlsClient client = server.connect()) {
                        client.send("milk\npoison\nnever\n");
                        assertThat(client.readAll())
                                .as("close_notify behind it")
                                .isEqualTo("taken: milk\n");
                    }
                    other.send("sugar\n");
                    assertThat(other.readLine()).isEqualTo("taken: sugar");
                }
                server.awaitLog(" processor failed: " + FAILURE + "; ");
                server.awaitLog(" end of stream");
                assertThat(server.log("c1")).hasSize(2).last().asString().contains(" end of stream; 10 bytes in, ");
                assertThat(server.log("c2"))
                        .hasSize(3)
                        .anyMatch(
                                line -> line.matches("WARN +\\S+ \\S+ processing failed at frame \\d of batch \\d, the"
                                        + " connection is closed: " + FAILURE));
                server.stop();
                assertThat(book()).hasContent("tea\nmilk\nsugar\n");
            }
        }

        @Test
        void thatThrowsLosesOneFrameWhereTheConnectionGoesOn() {
            try (Server server = serve("continue")) {
                try (TlsClient client = server.connect()) {
                    client.send("tea\npoison\nmilk\n");
                    assertThat(client.readLine()).isEqualTo("taken: tea");
                    assertThat(client.readLine()).isEqualTo("taken: milk");
                    client.send("sugar\n").endStream();
                    assertThat(client.readAll()).isEqualTo("taken: sugar\n");
                }
                server.awaitLog(" end of stream; 22 bytes in, ");
                assertThat(server.log("c1"))
                        .anyMatch(
                                line -> line.matches("WARN +\\S+ \\S+ processing failed at frame \\d of batch \\d, the"
                                        + " connection goes on: " + FAILURE))
                        .last()
                        .asString()
                        .contains("3 frames processed, 1 failed");
                server.stop();
                assertThat(book()).hasContent("tea\nmilk\nsugar\n");
            }
        }
    }

    @Nested
    class InATestOfTheUser {
        @RegisterExtension
        final PenstockExtension penstock = PenstockExtension.create()
                .with("protocol", "lines")
                .processor(
                        () -> new Orders(ConfigFactory.parseMap(Map.of("answer", "ok: ", "book", book().toString()))));

        @Test
        void isTheSameClass() {
            try (TlsClient client = penstock.connect()) {
                client.send("tea\n");
                assertThat(client.readLine()).isEqualTo("ok: tea");
            }
            assertThat(Files.exists(book())).isTrue();
        }
    }
}
