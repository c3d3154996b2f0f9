package io.penstock.server;

/**
 * So much in a second. What is not used is kept for one second; what is taken too much is owed, so that the rate holds on
 * average whatever one taker needs at a time. Thread-safe. Times are those of {@link System#nanoTime}.
 */
final class TokenBucket {
    private static final double NANOS = 1e9;

    private final double perSecond;
    private double tokens;
    private long filledAt;

    /** A full one. */
    TokenBucket(long perSecond, long now) {
        this.perSecond = perSecond;
        tokens = perSecond;
        filledAt = now;
    }

    /** There is always something to be taken. */
    synchronized void take(long amount, long now) {
        fill(now);
        tokens -= amount;
    }

    /** How long nothing should be taken, in nanoseconds: until there is a whole token; 0: there is one. */
    synchronized long nanosToWait(long now) {
        fill(now);
        return tokens >= 1 ? 0 : (long) Math.ceil((1 - tokens) / perSecond * NANOS);
    }

    private void fill(long now) {
        // Of several threads one may come with a time that is older.
        long passed = Math.max(0, now - filledAt);
        tokens = Math.min(perSecond, tokens + passed * perSecond / NANOS);
        filledAt += passed;
    }
}
