package io.penstock.server;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * For how long nothing has moved on one connection, and whether that is too long. Times are those of {@link
 * System#nanoTime}. Not thread-safe; belongs to the connection's stream.
 */
final class Idleness {
    private enum Limit {
        FIRST_BYTE(ConnectionTimes.FIRST_BYTE, "no byte has come since it was opened for "),
        IDLE(ConnectionTimes.IDLE, "no byte has come or gone for "),
        READ_IDLE(ConnectionTimes.READ_IDLE, "no byte has come for "),
        WRITE_IDLE(ConnectionTimes.WRITE_IDLE, "no byte has gone for ");

        private final String key;
        private final String words;

        Limit(String key, String words) {
            this.key = key;
            this.words = words;
        }

        private ConnectionEnd end(Duration after) {
            return new ConnectionEnd(Kind.TIMED_OUT, key, words + after.toMillis() + " ms");
        }
    }

    private final Map<Limit, Duration> limits = new EnumMap<>(Limit.class);
    private boolean greeted;
    /** Since when the first byte is waited for. */
    private long openedAt;

    private long readAt;
    private long writtenAt;
    /** The limit that was reached at the last look; it is looked at once more. */
    private @Nullable Limit suspected;

    /** Nothing counts before {@link #opened}. */
    Idleness(ConnectionTimes times) {
        times.firstByte().ifPresent(limit -> limits.put(Limit.FIRST_BYTE, limit));
        times.idle().ifPresent(limit -> limits.put(Limit.IDLE, limit));
        times.readIdle().ifPresent(limit -> limits.put(Limit.READ_IDLE, limit));
        times.writeIdle().ifPresent(limit -> limits.put(Limit.WRITE_IDLE, limit));
    }

    /** Whether nothing is too long; then nobody needs to tell it anything. */
    boolean isOff() {
        return limits.isEmpty();
    }

    void opened(long now) {
        openedAt = now;
        excuse(now);
    }

    /** Bytes have come. */
    void read(long now) {
        greeted = true;
        readAt = now;
    }

    /** Bytes have gone. */
    void written(long now) {
        writtenAt = now;
    }

    /** That nothing moved until now was not for the client to change: the processor was at work, or nothing was read. */
    void excuse(long now) {
        readAt = now;
        writtenAt = now;
    }

    /** Until now nothing was read, so that not even the first byte could be seen. */
    void unread(long now) {
        openedAt = now;
        excuse(now);
    }

    /**
     * How the connection ends; empty while no limit is reached, and when one is for the first time: see {@link
     * SecondLook}. The first byte goes before the other limits.
     */
    Optional<ConnectionEnd> end(long now) {
        Optional<Map.Entry<Limit, Duration>> reached = reached(now);
        Limit before = suspected;
        suspected = reached.map(Map.Entry::getKey).orElse(null);
        return reached.filter(limit -> limit.getKey() == before)
                .map(limit -> limit.getKey().end(limit.getValue()));
    }

    private Optional<Map.Entry<Limit, Duration>> reached(long now) {
        return limits.entrySet().stream()
                .filter(limit -> left(limit.getKey(), limit.getValue(), now) <= 0)
                .findFirst();
    }

    /** How long until the next look at the limits, at least a millisecond; empty when there will be none. */
    Optional<Duration> left(long now) {
        if (suspected != null) {
            return Optional.of(SecondLook.after(Objects.requireNonNull(limits.get(suspected))));
        }
        return limits.entrySet().stream()
                .map(limit -> left(limit.getKey(), limit.getValue(), now))
                .min(Long::compare)
                .filter(nanos -> nanos < Long.MAX_VALUE)
                .map(nanos -> Duration.ofNanos(Math.max(1_000_000, nanos)));
    }

    private long left(Limit limit, Duration most, long now) {
        return switch (limit) {
            case FIRST_BYTE -> greeted ? Long.MAX_VALUE : most.toNanos() - (now - openedAt);
            case IDLE -> most.toNanos() - Math.min(now - readAt, now - writtenAt);
            case READ_IDLE -> most.toNanos() - (now - readAt);
            case WRITE_IDLE -> most.toNanos() - (now - writtenAt);
        };
    }
}
