package io.penstock.server.bench;

import org.HdrHistogram.Histogram;

/** How long units took, in nanoseconds, within a thousandth. All are 0 when there were none. */
public record Latency(
        long count, double mean, long least, long p50, long p75, long p90, long p99, long p999, long most) {
    static Latency of(Histogram histogram) {
        return new Latency(
                histogram.getTotalCount(),
                histogram.getMean(),
                histogram.getMinValue(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(75),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getMaxValue());
    }
}
