package io.penstock.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.Processors;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host whose blocking code has filled the JVM's common pool. */
class CommonPoolTest {
    private final CountDownLatch released = new CountDownLatch(1);

    @BeforeEach
    void fill() throws InterruptedException {
        int workers = Math.max(1, ForkJoinPool.getCommonPoolParallelism());
        CountDownLatch busy = new CountDownLatch(workers);
        for (int i = 0; i < workers; i++) {
            ForkJoinPool.commonPool().execute(() -> {
                busy.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        busy.await();
    }

    @AfterEach
    void release() {
        released.countDown();
    }

    /** On JDK 17 with two cores or fewer, CompletableFuture has a thread for each task and this cannot fail. */
    @Test
    void doesNotKeepAPortFromBeingBoundServedAndDrained() throws Exception {
        try (Harness harness = Harness.plaintext(Processors.echo(), "protocol = lines");
                Socket socket = harness.connect()) {
            socket.getOutputStream().write("one\n".getBytes(UTF_8));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .isEqualTo("one\n");
            harness.server().drain().toCompletableFuture().join();
        }
    }
}
