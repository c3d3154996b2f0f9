package io.penstock.server.bench;

/** The time in which is measured: begins after the warm-up and ends at the end of all asking. Thread-safe. */
final class Window {
    private volatile boolean open;
    private volatile long from;
    private volatile boolean ends;
    private volatile long to;

    /** Its times are known. */
    void set(long from, long to) {
        this.from = from;
        this.open = true;
        end(to);
    }

    /** It has begun, and its end is to be told by {@link #end}. */
    void begin(long from) {
        this.from = from;
        this.open = true;
    }

    /** It ends at this time, or has ended before. */
    synchronized void end(long at) {
        if (!ends || to - at > 0) {
            to = at;
            ends = true;
        }
    }

    /** Whether something of this time is to be counted. */
    boolean holds(long time) {
        return open && time - from >= 0 && !isOver(time);
    }

    boolean isOver(long now) {
        return ends && now - to >= 0;
    }

    long from() {
        return from;
    }

    long to() {
        return to;
    }

    /** How much of it is past. */
    double seconds(long now) {
        long until = isOver(now) ? to : now;
        return open ? Math.max(0, until - from) / 1e9 : 0;
    }
}
