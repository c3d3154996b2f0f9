package io.penstock.server;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Lets so many lines a second through and counts the others. Thread-safe. */
final class LogLimit {
    private static final long SECOND = 1_000_000_000L;

    private final int linesPerSecond;
    private final LongSupplier nanoTime;
    private long windowStart;
    private int written;
    private long suppressed;

    LogLimit(int linesPerSecond, LongSupplier nanoTime) {
        this.linesPerSecond = linesPerSecond;
        this.nanoTime = nanoTime;
        this.windowStart = nanoTime.getAsLong();
    }

    /**
     * Writes a line if there is room for it.
     *
     * @param line gets what to append: nothing, or how many lines like it were left out before it
     */
    void write(Consumer<String> line) {
        String before;
        synchronized (this) {
            long now = nanoTime.getAsLong();
            if (now - windowStart >= SECOND) {
                windowStart = now;
                written = 0;
            }
            if (written == linesPerSecond) {
                suppressed++;
                return;
            }
            written++;
            before = suppressed == 0 ? "" : " (" + suppressed + " lines like this one were left out before it)";
            suppressed = 0;
        }
        line.accept(before);
    }
}
