package io.penstock.server.bench;

import java.util.function.BooleanSupplier;

/** A time that goes on only when somebody waits, or lets it. */
final class TestLoadClock implements LoadClock {
    private long now;

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public void sleepUntil(long nanos, BooleanSupplier over) {
        now = Math.max(now, nanos);
    }

    void pass(long nanos) {
        now += nanos;
    }
}
