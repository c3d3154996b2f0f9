package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.Ledger;
import io.penstock.testkit.TlsClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that sends more than there is memory, to a processor that takes its time. */
class FloodIT {
    private static final String MEMORY = "-Xmx128m -XX:MaxDirectMemorySize=64m";
    private static final int BLOCK = 1 << 20;
    private static final int WRITE = 16_384;
    private static final int LONGEST_LINE = 300;

    /** A GiB in all, eight times the heap. */
    private static final int BLOCKS = 1024;

    private static final long ALL = (long) BLOCKS * BLOCK;

    /** What a stalled client may have got rid of: socket buffers at both ends, which grow to 36 MiB at the most here. */
    private static final long STALLED = 64L << 20;

    private final AtomicLong taken = new AtomicLong();
    private final CRC32C sum = new CRC32C();
    private final Path dir;

    FloodIT(@TempDir Path dir) {
        this.dir = dir;
    }

    @Test
    void stallsWhileTheProcessorSleepsAndLosesNothing() throws IOException, InterruptedException, ExecutionException {
        Path gate = dir.resolve("gate");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Server server = Product.withJar(dir, Ledger.class)
                .options(MEMORY)
                .serve(
                        "--protocol",
                        "lines",
                        "--processor",
                        "com.acme.Ledger",
                        "--set",
                        "processor-config.gate=" + gate)) {
            try (TlsClient client = server.connect()) {
                Future<?> flood = thread.submit(() -> flood(client));
                awaitStall();
                long stalledAt = taken.get();
                assertThat(stalledAt).isLessThan(STALLED).isLessThan(ALL);
                assertThat(flood).isNotDone();

                long released = System.nanoTime();
                Files.createFile(gate);
                flood.get();
                assertThat(client.send("total\n").readLine()).isEqualTo(ALL + " " + sum.getValue());
                System.out.printf(
                        "flood: stalled after %,d bytes, the rest of %,d within %.1f s%n",
                        stalledAt, ALL, (System.nanoTime() - released) / 1e9);
            }
            server.stopWithoutLoss();
        } finally {
            thread.shutdownNow();
        }
    }

    /** A second without a byte: on a slow machine a stall may be seen too early, which leaves the bound true. */
    private void awaitStall() {
        AtomicLong before = new AtomicLong();
        Awaitility.await("the client is stalled")
                .atMost(Running.PATIENCE)
                .during(Duration.ofSeconds(1))
                .until(() -> {
                    long now = taken.get();
                    return before.getAndSet(now) == now && now > 0;
                });
    }

    private void flood(TlsClient client) {
        byte[] block = lines();
        for (int i = 0; i < BLOCKS; i++) {
            // No two blocks are alike, so that none can be lost for another.
            byte[] number = String.format("%08d", i).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(number, 0, block, 0, number.length);
            sum.update(block);
            for (int at = 0; at < BLOCK; at += WRITE) {
                client.send(Arrays.copyOfRange(block, at, at + WRITE));
                taken.addAndGet(WRITE);
            }
        }
    }

    private static byte[] lines() {
        Random random = new Random(20261123);
        byte[] block = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            block[i] = (byte) ('a' + random.nextInt(26));
        }
        for (int end = LONGEST_LINE; end < BLOCK; end += 1 + random.nextInt(LONGEST_LINE)) {
            block[end] = '\n';
        }
        block[BLOCK - 1] = '\n';
        return block;
    }
}
