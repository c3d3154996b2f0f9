package io.penstock.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a loop, in a task that comes again after each look, as Pekko's does. */
class LoopSelectorTest {
    private static final long FOR_EVER = TimeUnit.HOURS.toMillis(1);

    private final EventLoop loop = new EventLoop(Thread::new, "loop");
    private final SelectorProvider provider = SelectorProvider.provider();
    private final LoopSelector selector = new LoopSelector(provider, provider.openSelector());
    private final CompletableFuture<Integer> selected = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Pipe pipe = Pipe.open();

    LoopSelectorTest() throws IOException {
        pipe.source().configureBlocking(false);
        selector.register(
                (java.nio.channels.spi.AbstractSelectableChannel) pipe.source(), SelectionKey.OP_READ, "pipe");
    }

    @BeforeEach
    void start() {
        loop.start();
    }

    @AfterEach
    void stop() throws Exception {
        over.set(true);
        loop.stop();
        loop.thread().join();
        selector.close();
        pipe.source().close();
        pipe.sink().close();
    }

    private void look() {
        try {
            int keys = selector.select(FOR_EVER);
            if (keys > 0) {
                selected.complete(keys);
            }
            if (!over.get() && !selected.isDone()) {
                loop.execute(this::look);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void peerWrites() throws IOException {
        assertThat(pipe.sink().write(ByteBuffer.wrap(new byte[] {1}))).isEqualTo(1);
    }

    @Test
    void waitsForAChannel() throws IOException {
        loop.execute(this::look);
        peerWrites();
        assertThat(selected.join()).isEqualTo(1);
    }

    @Test
    void doesNotKeepTasksOfOthersWaiting() {
        loop.execute(this::look);
        for (int i = 0; i < 1000; i++) {
            CompletableFuture<Boolean> ran = new CompletableFuture<>();
            loop.execute(() -> ran.complete(true));
            assertThat(ran.join()).isTrue();
        }
        assertThat(selected).isNotDone();
    }

    @Test
    void seesAChannelAlsoWhileTheLoopHasTasksAllTheTime() throws IOException {
        loop.execute(this::look);
        loop.execute(this::keepBusy);
        peerWrites();
        assertThat(selected.join()).isEqualTo(1);
    }

    private void keepBusy() {
        if (!over.get()) {
            loop.execute(this::keepBusy);
        }
    }

    @Test
    void doesNotWaitAfterAWakeUpOfTheLoopItself() {
        CompletableFuture<Boolean> looked = new CompletableFuture<>();
        loop.execute(this::look);
        loop.execute(() -> {
            selector.wakeup();
            // Nothing else is there to be done then.
            loop.execute(() -> looked.complete(true));
        });
        assertThat(looked.join()).isTrue();
    }

    @Test
    void doesNotWaitOnceTheLoopIsToEnd() throws Exception {
        CompletableFuture<Integer> returned = new CompletableFuture<>();
        CompletableFuture<Boolean> handedOver = new CompletableFuture<>();
        loop.execute(() -> {
            // Who hands over a task wakes the loop, which is not to be what ends the look.
            handedOver.join();
            loop.stop();
            try {
                returned.complete(selector.select(FOR_EVER));
            } catch (IOException e) {
                returned.completeExceptionally(e);
            }
        });
        handedOver.complete(true);
        assertThat(returned.join()).isZero();
    }

    @Test
    void isWokenByThreadsThatAreNoLoops() throws Exception {
        CompletableFuture<Integer> returned = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                returned.complete(selector.select(FOR_EVER));
            } catch (IOException e) {
                returned.completeExceptionally(e);
            }
        });
        selector.wakeup();
        assertThat(returned.join()).isZero();
    }
}
