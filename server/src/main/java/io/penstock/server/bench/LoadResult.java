package io.penstock.server.bench;

import java.util.Map;
import java.util.Optional;

/**
 * What came of a load.
 *
 * @param negotiated version and cipher suite; empty: no TLS
 * @param interrupted it was stopped before its time
 * @param seconds in which the units were counted; of {@link LoadMode#IDLE} those of the opening
 * @param units that were completed
 * @param open connections that were open at the end
 * @param latency empty where nothing answers and nothing was planned
 * @param unanswered units that were due and not completed at the end; they are among the latencies, with their age
 * @param failures how often, by reason in one sentence
 * @param cpu seconds of this process' own work, over all cores, while it measured
 * @param cpuSeconds how many there were: cores times time
 */
public record LoadResult(
        LoadPlan plan,
        Optional<String> negotiated,
        boolean interrupted,
        double seconds,
        long units,
        long bytesSent,
        long bytesReceived,
        int open,
        Optional<Latency> latency,
        long unanswered,
        Map<String, Long> failures,
        double cpu,
        double cpuSeconds) {
    /** Of them all. */
    public long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Units in a second. */
    public double rate() {
        return perSecond(units);
    }

    /** Of something that was counted in the same time. */
    public double perSecond(long count) {
        return seconds > 0 ? count / seconds : 0;
    }

    /** The generator's own part of the machine, 0 to 1. */
    public double cpuShare() {
        return cpuSeconds > 0 ? Math.min(1, cpu / cpuSeconds) : 0;
    }
}
