package io.penstock.testkit.soak;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether this process got to run at all: the longest time by which something was late that was to be done at once. Where that is
 * seconds, times of the server's that ran out say nothing about its clients.
 */
final class Pulse implements AutoCloseable {
    private static final long BEAT = TimeUnit.MILLISECONDS.toNanos(20);

    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong last = new AtomicLong(System.nanoTime());
    private final AtomicLong longest = new AtomicLong();

    private final ScheduledFuture<?> beats = heart.scheduleWithFixedDelay(this::beat, BEAT, BEAT, TimeUnit.NANOSECONDS);

    private void beat() {
        long now = System.nanoTime();
        long late = now - last.getAndSet(now) - BEAT;
        longest.accumulateAndGet(late, Math::max);
    }

    Duration longest() {
        return Duration.ofNanos(longest.get());
    }

    @Override
    public void close() {
        beats.cancel(false);
        heart.shutdown();
    }
}
