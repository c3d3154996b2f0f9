package io.penstock.server;

import io.penstock.protocol.ConnectionEvent.Waits;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a connection spends its time on. Looks at the clock when that changes. Not thread-safe; belongs to its stream. */
final class WaitClock {
    enum On {
        CLIENT,
        PROCESSOR,
        LIMITS,
        FRAMING
    }

    private final LongSupplier clock;
    private long client;
    private long processor;
    private long limits;
    private long framing;
    private @Nullable On now;
    private long since;

    /** @param clock in nanoseconds; nothing counts before the first {@link #turn} */
    WaitClock(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * From here on it is this.
     *
     * @return since when it has been
     */
    long turn(On next) {
        if (next != now) {
            long time = clock.getAsLong();
            add(time);
            now = next;
            since = time;
        }
        return since;
    }

    private void add(long time) {
        long spent = time - since;
        if (now != null) {
            switch (now) {
                case CLIENT -> client += spent;
                case PROCESSOR -> processor += spent;
                case LIMITS -> limits += spent;
                case FRAMING -> framing += spent;
            }
        }
    }

    /** Until now; without TLS, which nobody sees from here. */
    Waits stop() {
        add(clock.getAsLong());
        now = null;
        return new Waits(
                Duration.ofNanos(client),
                Duration.ofNanos(processor),
                Duration.ofNanos(limits),
                Duration.ofNanos(framing),
                Duration.ZERO);
    }
}
