package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.Ledger;
import io.penstock.testkit.TlsClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More clients than a small heap has windows for, all of which send at once to a processor that does nothing yet. */
class CrowdedHeapIT {
    private static final String MEMORY = "-Xmx64m -XX:+ExitOnOutOfMemoryError";
    private static final int CLIENTS = 200;
    private static final int WRITE = 16_384;
    private static final byte[] LINES =
            ("x".repeat(255) + "\n").repeat(WRITE / 256).getBytes(StandardCharsets.US_ASCII);

    /** 1 MiB, four windows. */
    private static final int WRITES = 64;

    /** A handshake beside a flood takes as long as that lets it, on two cores. */
    private final CountDownLatch connected = new CountDownLatch(CLIENTS);

    private final AtomicLong taken = new AtomicLong();
    private final Path dir;

    CrowdedHeapIT(@TempDir Path dir) {
        this.dir = dir;
    }

    @Test
    void stallsItsSendersAndLosesNothing() throws IOException, InterruptedException, ExecutionException {
        Path gate = dir.resolve("gate");
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (Server server = Product.withJar(dir, Ledger.class)
                .options(MEMORY)
                .serve(
                        "--protocol",
                        "lines",
                        "--processor",
                        "com.acme.Ledger",
                        "--set",
                        "handshake-timeout=2m", // 200 at once, perhaps beside other work
                        "--set",
                        "processor-config.gate=" + gate)) {
            SSLContext context = server.context();
            List<Future<String>> floods = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                floods.add(threads.submit(() -> flood(server, context)));
            }
            connected.await();
            awaitStall();
            Files.createFile(gate);
            for (Future<String> flood : floods) {
                assertThat(flood.get()).isEmpty();
            }
            try (TlsClient client = server.connect(context)) {
                assertThat(client.send("total\n").readLine()).startsWith((long) CLIENTS * WRITES * WRITE + " ");
            }
            server.stopWithoutLoss();
            assertThat(server.log()).noneMatch(line -> line.contains("OutOfMemoryError"));
        } finally {
            threads.shutdownNow();
        }
    }

    private String flood(Server server, SSLContext context) throws InterruptedException {
        try (TlsClient client = server.connect(context)) {
            connected.countDown();
            connected.await();
            for (int i = 0; i < WRITES; i++) {
                client.send(LINES);
                taken.addAndGet(WRITE);
            }
            return client.endStream().readAll();
        }
    }

    /** A second without a byte: on a slow machine a stall may be seen too early, which makes the test easier alone. */
    private void awaitStall() {
        AtomicLong before = new AtomicLong();
        Awaitility.await("the clients are stalled, or have left everything with the system")
                .atMost(Running.PATIENCE)
                .during(Duration.ofSeconds(1))
                .until(() -> {
                    long now = taken.get();
                    return before.getAndSet(now) == now && now > 0;
                });
    }
}
