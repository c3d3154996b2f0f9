package io.penstock.server.cli;

import io.penstock.server.bench.Latency;
import io.penstock.server.bench.LoadMode;
import io.penstock.server.bench.LoadPlan;
import io.penstock.server.bench.LoadResult;
import java.io.PrintStream;
import java.util.Locale;

/** What came of a load, for people. */
final class BenchTable {
    private final BenchReport report;
    private final LoadResult result;
    private final LoadPlan plan;
    private final PrintStream out;

    private BenchTable(BenchReport report, PrintStream out) {
        this.report = report;
        this.result = report.result();
        this.plan = result.plan();
        this.out = out;
    }

    static void print(BenchReport report, PrintStream out) {
        new BenchTable(report, out).print();
    }

    private void print() {
        heading();
        out.println();
        figures();
        result.latency().filter(latency -> latency.count() > 0).ifPresent(this::latency);
        failures();
        line(
                "generator",
                String.format(
                        Locale.ROOT,
                        "%.0f %% of this machine's %d cores",
                        result.cpuShare() * 100,
                        Runtime.getRuntime().availableProcessors()));
        report.notes().forEach(note -> out.println("\n" + note));
    }

    private void heading() {
        out.printf(
                Locale.ROOT,
                "%s of %s, %s, %,d connections%s, %s%n",
                plan.mode().word(),
                report.target(),
                result.negotiated().orElse("plaintext"),
                plan.connections(),
                plan.mode().size() == 0 ? "" : String.format(Locale.ROOT, ", lines of %,d bytes", plan.size()),
                times());
    }

    private String times() {
        if (plan.mode() == LoadMode.IDLE) {
            return "held for " + Numbers.time(plan.duration());
        }
        return String.format(Locale.ROOT, "%.1f s", result.seconds())
                + (plan.warmup().isZero() ? "" : " after " + Numbers.time(plan.warmup()) + " of warm-up");
    }

    private void figures() {
        row(plan.mode().units(), "total", Numbers.count(result.units()), "a second", Numbers.rate(result.rate()));
        if (plan.mode().keepsConnections()) {
            line("open", Numbers.count(result.open()) + " at the end");
        }
        bytes("sent", result.bytesSent());
        bytes("received", result.bytesReceived());
    }

    private void bytes(String name, long count) {
        if (plan.mode().size() > 0) {
            row(name, "total", Numbers.bytes((double) count), "a second", Numbers.bytes(result.perSecond(count)));
        }
    }

    private void latency(Latency latency) {
        row("latency", "mean", Numbers.time((long) latency.mean()), "least", Numbers.time(latency.least()));
        row("", "p50", Numbers.time(latency.p50()), "p75", Numbers.time(latency.p75()));
        row("", "p90", Numbers.time(latency.p90()), "p99", Numbers.time(latency.p99()));
        row("", "p99.9", Numbers.time(latency.p999()), "most", Numbers.time(latency.most()));
    }

    private void failures() {
        line("failures", Numbers.count(result.failed()));
        result.failures()
                .forEach((reason, count) ->
                        out.println(Printable.line(String.format(Locale.ROOT, "  %,10d  %s", count, reason))));
    }

    private void row(String name, String first, String firstValue, String second, String secondValue) {
        out.printf(Locale.ROOT, "%-12s %-6s %12s   %-8s %12s%n", name, first, firstValue, second, secondValue);
    }

    private void line(String name, String value) {
        out.printf(Locale.ROOT, "%-12s %s%n", name, value);
    }
}
