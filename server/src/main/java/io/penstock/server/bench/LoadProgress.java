package io.penstock.server.bench;

/**
 * How a load gets on, once a second.
 *
 * @param connected connections that are open; of modes that do not keep them those that are at work
 * @param elapsed seconds of the phase
 * @param units since the last time, in a second
 * @param bytes in either direction, in a second
 * @param recent latencies since the last time
 * @param failures so far, of whatever kind
 */
public record LoadProgress(
        Phase phase, int connected, double elapsed, double units, double bytes, Latency recent, long failures) {
    /** What goes on. */
    public enum Phase {
        /** Connections are made, of {@link LoadMode#IDLE} measured. */
        OPENING,
        /** As in measuring, but nothing counts. */
        WARMING_UP,
        /** Everything counts. */
        MEASURING
    }
}
