package io.penstock.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
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

    /** What is run from a task of the loop, in the order in which it ran; the task itself starts it. */
    private List<String> ran(BiConsumer<EventLoop, List<String>> task) {
        List<String> ran = new ArrayList<>();
        CompletableFuture<Boolean> started = new CompletableFuture<>();
        loop.execute(() -> {
            task.accept(loop, ran);
            started.complete(true);
        });
        started.join();
        // Two rounds: what the first has left for the next has run.
        IntStream.range(0, 2).forEach(i -> {
            CompletableFuture<Boolean> round = new CompletableFuture<>();
            loop.execute(() -> loop.executeInTurn(() -> round.complete(true)));
            round.join();
        });
        return ran;
    }

    @Test
    void runsWhatATaskStartsBeforeTheTurnsOfOthers() {
        assertThat(ran((loop, ran) -> {
                    loop.executeInTurn(() -> {
                        ran.add("read 1");
                        loop.execute(() -> {
                            ran.add("decrypt 1");
                            loop.execute(() -> ran.add("answer 1"));
                        });
                    });
                    loop.executeInTurn(() -> {
                        ran.add("read 2");
                        loop.execute(() -> ran.add("decrypt 2"));
                    });
                }))
                .containsExactly("read 1", "decrypt 1", "answer 1", "read 2", "decrypt 2");
    }

    @Test
    void letsTheNextReadOfASocketWaitForItsTurn() {
        assertThat(ran((loop, ran) -> {
                    loop.executeInTurn(() -> {
                        ran.add("read 1");
                        loop.executeInTurn(() -> ran.add("read 1 again"));
                        loop.execute(() -> ran.add("decrypt 1"));
                    });
                    loop.executeInTurn(() -> ran.add("read 2"));
                }))
                .containsExactly("read 1", "decrypt 1", "read 2", "read 1 again");
    }

    @Test
    void givesOthersTheirTurnWhenATaskNeverEndsToStartAnother() {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Boolean> other = new CompletableFuture<>();
        loop.execute(new Runnable() {
            @Override
            public void run() {
                if (!over.get()) {
                    loop.execute(this);
                }
            }
        });
        loop.execute(() -> other.complete(true));
        assertThat(other.join()).isTrue();
        over.set(true);
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
