package io.penstock.server.bench;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The time that a load goes by, in nanoseconds that only their differences have a meaning of. */
interface LoadClock {
    LoadClock SYSTEM = new LoadClock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void sleepUntil(long nanos, BooleanSupplier over) {
            for (long left = nanos - nanos(); left > 0 && !over.getAsBoolean(); left = nanos - nanos()) {
                LockSupport.parkNanos(this, left);
            }
        }
    };

    long nanos();

    /** Waits for a time, at once when it is past; earlier when it is over, of which an unpark of the thread tells. */
    void sleepUntil(long nanos, BooleanSupplier over);
}
