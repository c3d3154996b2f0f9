package io.penstock.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    @Test
    void tellsOnceOfALoopThatIsAtTheSameTaskAtTwoLooks() {
        EventLoop loop = new EventLoop(Thread::new, "loop");
        Watchdog watchdog = new Watchdog("watchdog", List.of(loop));
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        loop.start();
        loop.execute(() -> {
            begun.complete(true);
            over.join();
        });
        begun.join();
        assertThat(watchdog.look(true)).as("the first look").isZero();
        assertThat(watchdog.look(true)).as("the second").isEqualTo(1);
        assertThat(watchdog.look(true)).as("the third").isZero();
        over.complete(true);
        loop.stop();
    }

    @Test
    void saysNothingOfALoopThatSleptAndHasJustBeenWoken() {
        EventLoop loop = new EventLoop(Thread::new, "loop");
        Watchdog watchdog = new Watchdog("watchdog", List.of(loop));
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        loop.start();
        loop.execute(() -> ran.complete(true));
        ran.join();
        while (!loop.isAsleep()) {
            Thread.onSpinWait();
        }
        watchdog.look(true);
        // Awake, and at no task yet: its thread has not noticed.
        loop.awake();
        assertThat(watchdog.look(true)).isZero();
        loop.stop();
    }
}
