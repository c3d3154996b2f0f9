package io.penstock.server.cli;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.ListenerSettings;
import io.penstock.server.cli.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says whether {@code serve} would start with these words, and what its clients would see. Leaves nothing behind. */
final class CheckCommand {
    private static final int OK = 0;
    private static final int WRONG = 2;

    private final Terminal terminal;
    private final ServerStarter starter;

    CheckCommand(Terminal terminal, ServerStarter starter) {
        this.terminal = terminal;
        this.starter = starter;
    }

    /** Runs; 0 when the server would start, else 2. */
    int run(Arguments arguments) {
        CheckReport report = report(arguments);
        if (arguments.json()) {
            report.printJson(terminal.out());
        } else {
            report.print(terminal.out());
        }
        return report.isSound() ? OK : WRONG;
    }

    private CheckReport report(Arguments arguments) {
        try {
            return report(Layers.load(arguments, terminal.environment()));
        } catch (InvalidSettingsException e) {
            // FILE.conf cannot be read: nothing else can be known.
            return new CheckReport(List.of(), findings(e.problems(), Severity.FAULT));
        }
    }

    private CheckReport report(Layers layers) {
        Preflight preflight =
                Preflight.of(layers, settings -> {}, settings -> starter.inspect(settings, terminal.environment()));
        List<Finding> findings = new ArrayList<>(findings(preflight.problems(), Severity.FAULT));
        List<ListenerSettings> listeners = preflight.settings().listeners();
        boolean sound = preflight.problems().isEmpty();
        if (sound) {
            listeners.forEach(listener ->
                    PortCheck.problem(listener).ifPresent(line -> findings.add(Finding.of(Severity.FAULT, line))));
        }
        findings.addAll(findings(preflight.warnings(), Severity.WARNING));
        List<CheckReport.Block> blocks = new ArrayList<>();
        preflight.prepared().filter(prepared -> sound).ifPresent(prepared -> {
            for (int i = 0; i < listeners.size(); i++) {
                ListenerSettings listener = listeners.get(i);
                Map<String, List<String>> facts = new CheckFacts(
                                layers.config(), listener, prepared.listeners().get(i))
                        .all();
                blocks.add(new CheckReport.Block(
                        listener.isNamed() ? listener.server().name() : "", facts));
            }
        });
        return new CheckReport(blocks, findings);
    }

    private static List<Finding> findings(List<String> lines, Severity severity) {
        return lines.stream().map(line -> Finding.of(severity, line)).toList();
    }
}
