package io.penstock.server.loop;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/** A dispatcher's part in the loops of its actor system. */
final class LoopExecutor extends AbstractExecutorService {
    private final EventLoops loops;
    private final BiConsumer<EventLoops, Runnable> way;
    private final AtomicBoolean down = new AtomicBoolean();

    /**
     * An executor that holds the loops until it is shut down.
     *
     * @param way which loop runs a task
     */
    LoopExecutor(EventLoops loops, BiConsumer<EventLoops, Runnable> way) {
        this.loops = loops;
        this.way = way;
    }

    @Override
    public void execute(Runnable task) {
        way.accept(loops, task);
    }

    @Override
    public void shutdown() {
        if (down.compareAndSet(false, true)) {
            loops.release();
        }
    }

    /** What has been taken is still run: others' tasks are among it. */
    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return down.get();
    }

    @Override
    public boolean isTerminated() {
        return down.get();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return down.get();
    }
}
