package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock bench} beside {@code penstock serve}, as packaged. */
class BenchIT {
    private final Product product;

    BenchIT(@TempDir Path dir) {
        this.product = Product.packaged(dir);
    }

    @Test
    void connectionsAreOpenedByTheDevelopmentCertificateAndEndInOrder() {
        try (Server server = product.serve()) {
            Product.Run run = product.run("bench", "idle", "-n", "20", "-t", "1ms", "localhost:" + server.port());

            assertThat(run.code()).as(run.out() + run.err()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.out())
                    .startsWith("idle of localhost:" + server.port() + ", TLSv1.3 TLS_")
                    .contains("\nconnections  total            20   a second ")
                    .contains("\nfailures     0\n");
            server.stopWithoutLoss();
        }
    }

    @Test
    void aSignalEndsALoadWithTheFiguresUntilThen() {
        try (Server server = product.serve();
                Running load =
                        product.start("bench", "idle", "-n", "4", "-t", "1h", "--json", "localhost:" + server.port())) {
            // The first only looks whether it works.
            server.awaitLog("c5 ");
            load.process().destroy();

            assertThat(load.exit()).as(load.err()).isZero();
            assertThat(load.out()).contains("\"mode\" : \"idle\"", "\"endedEarly\" : true");
            server.stopWithoutLoss();
        }
    }
}
