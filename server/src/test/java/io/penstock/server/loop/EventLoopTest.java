package io.penstock.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    private final EventLoop loop = new EventLoop(Thread::new, "loop");

    @BeforeEach
    void start() {
        loop.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        loop.stop();
        loop.thread().join();
    }

    @Test
    void runsWhatComesFromOthersInOrder() throws InterruptedException {
        BlockingQueue<Integer> ran = new LinkedBlockingQueue<>();
        IntStream.range(0, 1000).forEach(i -> loop.execute(() -> ran.add(i)));
        for (int i = 0; i < 1000; i++) {
            assertThat(ran.take()).isEqualTo(i);
        }
    }

    @Test
    void wakesUpForEachTask() {
        for (int i = 0; i < 1000; i++) {
            // It has gone to sleep before some of them, and is about to before others.
            CompletableFuture<Thread> ran = new CompletableFuture<>();
            loop.execute(() -> ran.complete(Thread.currentThread()));
            assertThat(ran.join()).isSameAs(loop.thread());
        }
    }

    @Test
    void runsItsOwnTasksAfterThoseThatAreThere() {
        List<String> ran = new ArrayList<>();
        CompletableFuture<List<String>> done = new CompletableFuture<>();
        loop.execute(() -> {
            loop.execute(() -> {
                ran.add("second");
                loop.execute(() -> done.complete(ran));
            });
            loop.execute(() -> ran.add("third"));
            ran.add("first");
        });
        assertThat(done.join()).containsExactly("first", "second", "third");
    }

    @Test
    void survivesATaskThatFails() {
        loop.execute(() -> {
            throw new IllegalStateException("a task with a fault");
        });
        CompletableFuture<Boolean> next = new CompletableFuture<>();
        loop.execute(() -> next.complete(true));
        assertThat(next.join()).isTrue();
    }

    @Test
    void doesWhatItHasBeforeItStops() throws InterruptedException {
        List<Integer> ran = new ArrayList<>();
        CompletableFuture<Boolean> go = new CompletableFuture<>();
        loop.execute(go::join);
        IntStream.range(0, 100).forEach(i -> loop.execute(() -> ran.add(i)));
        loop.stop();
        go.complete(true);
        loop.thread().join();
        assertThat(ran).hasSize(100);
    }
}
