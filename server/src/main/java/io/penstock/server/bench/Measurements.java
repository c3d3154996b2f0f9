package io.penstock.server.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * What is counted of a load. Throughput is what was completed in the window; latencies are those of what was due in it,
 * also when it was completed later, and what was never completed counts with its age at the end: a server that stalls
 * until the end must not look better for that. Thread-safe, except {@link #latency} and {@link #recent}, which are for one
 * thread.
 */
final class Measurements {
    /** Of latencies: an hour, and three digits. */
    private static final long MOST = 3_600_000_000_000L;

    private static final int DIGITS = 3;

    /** A peer can make no more of them. */
    private static final int REASONS = 20;

    private final Window window;
    private final LongAdder units = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder unanswered = new LongAdder();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final Recorder recorder = new Recorder(MOST, DIGITS);
    private final Histogram recent = new Histogram(MOST, DIGITS);
    private final Histogram all = new Histogram(MOST, DIGITS);

    Measurements(Window window) {
        this.window = window;
    }

    /** Units were completed; each has taken the time since it was due. */
    void answered(Due due, long now) {
        counted(due, now);
        for (int i = 0; i < due.count(); i++) {
            record(due.at(i), now);
        }
    }

    /** Units were completed of which nobody can say since when. */
    void counted(Due due, long now) {
        if (window.holds(now)) {
            units.add(due.count());
        }
    }

    /** Units were due, and will not be completed any more, as the window is over. */
    void unanswered(Due due) {
        for (int i = 0; i < due.count(); i++) {
            if (window.holds(due.at(i))) {
                unanswered.increment();
                record(due.at(i), window.to());
            }
        }
    }

    private void record(long due, long done) {
        if (window.holds(due)) {
            recorder.recordValue(Math.min(MOST, Math.max(0, done - due)));
        }
    }

    void sent(long bytes, long now) {
        if (window.holds(now)) {
            sent.add(bytes);
        }
    }

    void received(long bytes, long now) {
        if (window.holds(now)) {
            received.add(bytes);
        }
    }

    /** A connection, or a unit of it, has failed; counts also before the window. */
    void failed(String reason) {
        String key = failures.containsKey(reason) || failures.size() < REASONS ? reason : "other reasons";
        failures.computeIfAbsent(key, first -> new LongAdder()).increment();
    }

    long units() {
        return units.sum();
    }

    long bytesSent() {
        return sent.sum();
    }

    long bytesReceived() {
        return received.sum();
    }

    long unanswered() {
        return unanswered.sum();
    }

    /** How often, by reason. */
    Map<String, Long> failures() {
        Map<String, Long> counts = new TreeMap<>();
        failures.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }

    /** Those since the last call. */
    Latency recent() {
        recorder.getIntervalHistogramInto(recent);
        all.add(recent);
        return Latency.of(recent);
    }

    /** All of them. */
    Latency latency() {
        recent();
        return Latency.of(all);
    }
}
