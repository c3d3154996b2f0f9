package io.penstock.server.cli;

import io.penstock.server.bench.LoadMode;
import io.penstock.server.bench.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What came of a load, and what has to be known to read it rightly. */
record BenchReport(Address target, LoadResult result) {
    /** From here on the generator may be what was measured. */
    private static final double BUSY = 0.5;

    /** Less than this of what was wanted is noteworthy. */
    private static final double KEPT = 0.98;

    /** Something was measured, and nothing failed. */
    boolean isSound() {
        return result.units() > 0 && result.failed() == 0;
    }

    LoadMode mode() {
        return result.plan().mode();
    }

    /** Whether a server that is slow is asked less. */
    boolean isClosedLoop() {
        return result.plan().rate().isEmpty() && result.latency().isPresent() && mode() != LoadMode.IDLE;
    }

    /** One sentence each. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (result.interrupted()) {
            notes.add("ended early: these are the figures until then");
        }
        if (result.units() == 0 && mode() == LoadMode.ECHO) {
            notes.add("nothing was answered: does the server echo? remedy: penstock serve --processor echo");
        }
        if (isClosedLoop()) {
            notes.add(
                    "closed loop: each connection waits for its answer before it asks again, so a server that stalls is"
                            + " asked less and looks better than users find it; --rate asks at fixed times");
        }
        lateness(notes);
        if (result.cpuShare() >= BUSY) {
            notes.add(String.format(
                    Locale.ROOT,
                    "the generator took %.0f %% of this machine: its own limit may be what was measured",
                    result.cpuShare() * 100));
        }
        return notes;
    }

    private void lateness(List<String> notes) {
        double wanted = result.plan().rate().orElse(0);
        if (result.seconds() > 0 && result.rate() < wanted * KEPT) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%s %s a second were wanted: server or generator did not keep up, and latencies contain the waiting",
                    Numbers.rate(wanted),
                    mode().units()));
        }
        if (result.unanswered() > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%,d were due and not done at the end: each counts with the time for which it had waited",
                    result.unanswered()));
        }
    }
}
