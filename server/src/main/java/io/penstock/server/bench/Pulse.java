package io.penstock.server.bench;

import io.penstock.server.bench.LoadProgress.Phase;
import java.util.function.Consumer;

/** Makes of what has been counted since the last time a {@link LoadProgress}. For one thread. */
final class Pulse {
    private final Measurements measurements;
    private final Consumer<LoadProgress> listener;
    private long units;
    private long bytes;
    private long last;

    Pulse(Measurements measurements, Consumer<LoadProgress> listener, long now) {
        this.measurements = measurements;
        this.listener = listener;
        this.last = now;
    }

    /**
     * Tells.
     *
     * @param from nanoseconds at which the phase began
     */
    void beat(Phase phase, int connected, long from, long now) {
        double seconds = Math.max(1, now - last) / 1e9;
        long unitsNow = measurements.units();
        long bytesNow = measurements.bytesSent() + measurements.bytesReceived();
        listener.accept(new LoadProgress(
                phase,
                connected,
                (now - from) / 1e9,
                (unitsNow - units) / seconds,
                (bytesNow - bytes) / seconds,
                measurements.recent(),
                measurements.failures().values().stream()
                        .mapToLong(Long::longValue)
                        .sum()));
        units = unitsNow;
        bytes = bytesNow;
        last = now;
    }
}
