package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.Orders;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.testkit.TlsClient;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's processor that fails at some frames, which come in when it is mended. */
class QuarantineIT {
    private final Path dir;
    private final Product product;

    QuarantineIT(@TempDir Path dir) {
        this.dir = dir;
        this.product = Product.withJar(dir, Orders.class);
    }

    private Server serve(boolean mended) {
        return product.serve(
                "--protocol",
                "lines",
                "--processor",
                "com.acme.Orders",
                "--set",
                "processor-config.answer=taken: ",
                "--set",
                "processor-config.book=" + book(),
                "--set",
                "processor-config.mended=" + mended,
                "--set",
                "on-processor-failure=quarantine");
    }

    private Path book() {
        return dir.resolve("book");
    }

    /** What is in quarantine, newest last. */
    private List<? extends Config> entries() {
        Product.Run list = product.run("quarantine", "list", "--json");
        assertThat(list.code()).as(list.err()).isZero();
        return ConfigFactory.parseString(list.out()).getConfigList("entries");
    }

    @Test
    void thoseAndOnlyThoseAreSetAsideAndReplayBringsThemIn() {
        String id;
        try (Server server = serve(false)) {
            try (TlsClient client = server.connect()) {
                client.send("tea\npoison\nmilk\n");
                assertThat(client.readLine()).isEqualTo("taken: tea");
                assertThat(client.readLine()).isEqualTo("taken: milk");
            }
            assertThat(entries()).hasSize(1);
            id = entries().get(0).getString("id");

            Product.Run list = product.run("quarantine", "list");
            assertThat(list.code()).as(list.err()).isZero();
            assertThat(list.out()).contains(id, "processor-failed", "no such order: poison");
            Product.Run show = product.run("quarantine", "show", "--payload", id);
            assertThat(show).isEqualTo(new Product.Run(0, "poison", ""));
            assertThat(product.run("quarantine", "show", "unknown").code()).isEqualTo(2);

            Product.Run vain = product.run("quarantine", "replay", "--all");
            assertThat(vain.code()).isEqualTo(1);
            assertThat(vain.out() + vain.err()).contains("failed again: ").contains("no such order: poison");
            server.stop();
        }
        assertThat(book()).hasContent("tea\nmilk\n");
        assertThat(entries()).hasSize(1);

        try (Server server = serve(true)) {
            Product.Run replay = product.run("quarantine", "replay", "--all");

            assertThat(replay.code()).as(replay.err()).isZero();
            assertThat(replay.out()).contains("replayed");
            assertThat(entries()).isEmpty();
            server.stopWithoutLoss();
        }
        assertThat(book()).hasContent("tea\nmilk\npoison\n");
    }
}
