package io.penstock.server;

/**
 * So many in a second, and up to one second's worth of them at once: a token bucket of which nothing has to be kept but
 * the time at which it will be full (GCRA, as in ITU-T I.371). Times are those of a monotonic clock, in nanoseconds, and
 * may overflow. Immutable.
 */
final class Rate {
    private static final long SECOND = 1_000_000_000;
    static final int MOST = 1_000_000;

    private final int perSecond;
    private final long interval;
    private final long burst;

    /**
     * A rate.
     *
     * @param perSecond 1 to {@link #MOST}
     */
    Rate(int perSecond) {
        this.perSecond = perSecond;
        interval = SECOND / perSecond;
        burst = (perSecond - 1) * interval;
    }

    int perSecond() {
        return perSecond;
    }

    /** How long until there is a token; 0: there is one. */
    long delay(long fullAt, long now) {
        return Math.max(0, fullAt - now - burst);
    }

    /** When the bucket will be full, once a token has been taken. */
    long take(long fullAt, long now) {
        return (isFull(fullAt, now) ? now : fullAt) + interval;
    }

    boolean isFull(long fullAt, long now) {
        return fullAt - now <= 0;
    }
}
