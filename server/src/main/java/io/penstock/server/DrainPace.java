package io.penstock.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Which connections are told to end, and when, so that their clients do not all come to the next server at once. */
final class DrainPace {
    /** The part of the timeout in which all have been told, whatever the rate: the rest is for the last ones to end in. */
    private static final double TO_TELL = 0.8;

    /** A timer of Pekko's ticks no faster. */
    private static final Duration TICK = Duration.ofMillis(10);

    private final ArrayDeque<Long> left;
    private final long nanosEach;
    private final long began;
    private long told;

    /**
     * The pace of one drain.
     *
     * @param connections the first ones go first
     * @param perSecond raised where the timeout would run out before the last one is told; empty: all at once
     * @param now in nanoseconds, monotonic
     */
    DrainPace(List<Long> connections, Optional<Integer> perSecond, Duration timeout, long now) {
        left = new ArrayDeque<>(connections);
        long inTime = (long) (timeout.toNanos() * TO_TELL / Math.max(1, connections.size()));
        nanosEach = perSecond
                .map(rate -> Math.min(TimeUnit.SECONDS.toNanos(1) / rate, inTime))
                .orElse(0L);
        began = now;
    }

    /** Those that are to be told now. */
    List<Long> due(long now) {
        List<Long> due = new ArrayList<>();
        while (!left.isEmpty() && told * nanosEach <= now - began) {
            due.add(left.remove());
            told++;
        }
        return due;
    }

    /** When to ask again; empty: all have been told. */
    Optional<Duration> next() {
        Duration one = Duration.ofNanos(nanosEach);
        return left.isEmpty() ? Optional.empty() : Optional.of(one.compareTo(TICK) < 0 ? TICK : one);
    }
}
