package io.penstock.server.cli;

import io.penstock.server.bench.LoadMode;
import io.penstock.server.bench.LoadPlan;
import io.penstock.server.bench.LoadProgress;
import java.io.PrintStream;
import java.util.Locale;

/** The line that says on a terminal how a load gets on; each takes the place of the one before. */
final class BenchLine {
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean isTerminal;
    private final LoadPlan plan;

    BenchLine(PrintStream err, boolean isTerminal, LoadPlan plan) {
        this.err = err;
        this.isTerminal = isTerminal;
        this.plan = plan;
    }

    void show(LoadProgress progress) {
        if (isTerminal) {
            err.print(ERASE + words(progress));
            err.flush();
        }
    }

    /** Leaves the terminal as it was. */
    void clear() {
        if (isTerminal) {
            err.print(ERASE);
            err.flush();
        }
    }

    private String words(LoadProgress progress) {
        String failures =
                progress.failures() == 0 ? "" : String.format(Locale.ROOT, ", %,d failed", progress.failures());
        return switch (progress.phase()) {
                    case OPENING ->
                        String.format(
                                Locale.ROOT,
                                "opening: %,d of %,d connections",
                                progress.connected(),
                                plan.connections());
                    case WARMING_UP ->
                        String.format(
                                Locale.ROOT, "warming up: %.0f of %s", progress.elapsed(), Numbers.time(plan.warmup()));
                    case MEASURING -> measuring(progress);
                }
                + failures;
    }

    private String measuring(LoadProgress progress) {
        String time = String.format(Locale.ROOT, "%.0f of %s", progress.elapsed(), Numbers.time(plan.duration()));
        String connections = String.format(Locale.ROOT, ", %,d connections", progress.connected());
        if (plan.mode() == LoadMode.IDLE) {
            return time + connections;
        }
        String figures = String.format(
                Locale.ROOT, ", %,.0f %s/s", progress.units(), plan.mode().units());
        String bytes = plan.mode().size() == 0 ? "" : ", " + Numbers.bytes(progress.bytes()) + "/s";
        String latency = progress.recent().count() == 0
                ? ""
                : ", p50 " + Numbers.time(progress.recent().p50()) + ", p99 "
                        + Numbers.time(progress.recent().p99());
        return time + (plan.mode().keepsConnections() ? connections : "") + figures + bytes + latency;
    }
}
