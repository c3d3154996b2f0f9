package io.penstock.server.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The workers of a load, each with its thread. Daemons: one that the server keeps waiting must not keep the process. */
final class Crew {
    /** For threads that have been cut off: they have nothing to wait for any more. */
    private static final Duration LAST = Duration.ofSeconds(1);

    private final List<Worker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    void add(Worker worker) {
        Thread thread = new Thread(worker, "penstock-bench-" + workers.size());
        thread.setDaemon(true);
        workers.add(worker);
        threads.add(thread);
    }

    /** Lets them prepare; done when all have, or have failed to. */
    CompletableFuture<Void> start() {
        threads.forEach(Thread::start);
        return CompletableFuture.allOf(workers.stream().map(Worker::ready).toArray(CompletableFuture<?>[]::new));
    }

    /** Lets them work, from this moment on. */
    void begin(long now) {
        workers.forEach(worker -> worker.begin(now));
    }

    int connected() {
        return (int) workers.stream().filter(Worker::isConnected).count();
    }

    /** None has anything left to do. */
    boolean isDone() {
        return threads.stream().noneMatch(Thread::isAlive);
    }

    /**
     * The window is over: lets them end in order, and breaks off those that do not.
     *
     * @param grace for what is under way, and for the server to end connections
     */
    void finish(Duration grace) {
        threads.forEach(LockSupport::unpark);
        workers.forEach(Worker::stop);
        join(grace);
        workers.forEach(Worker::abandon);
        join(LAST);
    }

    private void join(Duration most) {
        long until = System.nanoTime() + most.toNanos();
        for (Thread thread : threads) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            try {
                thread.join(Math.max(1, left));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
