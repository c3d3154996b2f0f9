package io.penstock.server.cli;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.bench.LoadPlan;
import io.penstock.server.bench.LoadResult;
import io.penstock.server.bench.LoadRun;
import io.penstock.server.tls.ClientFailedException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Puts a load on a server and prints what came of it. */
final class BenchCommand {
    private static final int OK = 0;
    private static final int FAILED = 1;

    private final Terminal terminal;
    private final ServeRun.Surroundings process;

    BenchCommand(Terminal terminal, ServeRun.Surroundings process) {
        this.terminal = terminal;
        this.process = process;
    }

    /**
     * Runs. A first SIGINT or SIGTERM ends the measuring early, a second one everything.
     *
     * @return 0 when something was measured and nothing failed, also when it was ended early; else 1
     * @throws InvalidSettingsException when a file cannot be read or used; the server has not been asked
     */
    int run(BenchArguments arguments) {
        ClientSetup setup = new ClientSetup(terminal);
        LoadPlan plan = arguments.plan(setup.settings(arguments.client(), arguments.timeout()));
        setup.warn(arguments.client());
        BenchLine line = new BenchLine(terminal.err(), terminal.errIsTerminal(), plan);
        LoadRun run = new LoadRun(plan, line::show);
        endOnSignals(run);
        try {
            LoadResult result = run.run();
            line.clear();
            BenchReport report = new BenchReport(arguments.target(), result);
            if (arguments.isJson()) {
                BenchJson.print(report, terminal.out());
            } else {
                BenchTable.print(report, terminal.out());
            }
            return report.isSound() ? OK : FAILED;
        } catch (ClientFailedException e) {
            terminal.err()
                    .println(
                            Printable.line(BenchArguments.COMMAND + ": " + arguments.target() + ": " + e.getMessage()));
            return FAILED;
        } catch (IllegalArgumentException e) {
            throw ClientSetup.notAName(BenchArguments.COMMAND, arguments.client(), arguments.target());
        }
    }

    private void endOnSignals(LoadRun run) {
        AtomicBoolean once = new AtomicBoolean();
        Runnable end = () -> {
            if (!run.stop() || once.getAndSet(true)) {
                process.halt().accept(FAILED);
            }
        };
        for (String signal : new String[] {"INT", "TERM"}) {
            try {
                process.signals().on(signal, end);
            } catch (IllegalArgumentException e) {
                // The platform has none: then the JVM ends as it does by itself, without a table.
            }
        }
    }
}
