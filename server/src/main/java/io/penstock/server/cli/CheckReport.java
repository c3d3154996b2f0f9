package io.penstock.server.cli;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code check} prints.
 *
 * @param facts what the server would be, in the order in which they are shown
 * @param findings faults first
 */
record CheckReport(Map<String, List<String>> facts, List<Finding> findings) {
    private static final int COLUMN = 13;

    CheckReport {
        findings = List.copyOf(findings);
    }

    boolean isSound() {
        return count(Finding.Severity.FAULT) == 0;
    }

    private long count(Finding.Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    void print(PrintStream out) {
        facts.forEach((name, lines) -> lines.forEach(line -> line(out, name, line)));
        findings.forEach(finding -> {
            line(out, finding.word(), finding.what());
            continuation(out, "why: ", finding.why());
            continuation(out, "remedy: ", finding.remedy());
        });
        out.println(summary());
    }

    private static void continuation(PrintStream out, String name, String text) {
        if (!text.isEmpty()) {
            line(out, "", name + text);
        }
    }

    private static void line(PrintStream out, String name, String text) {
        out.println(name + " ".repeat(COLUMN - name.length()) + Printable.line(text));
    }

    private String summary() {
        long faults = count(Finding.Severity.FAULT);
        long warnings = count(Finding.Severity.WARNING);
        String numbers = faults
                + (faults == 1 ? " fault, " : " faults, ")
                + warnings
                + (warnings == 1 ? " warning: " : " warnings: ");
        return numbers + (isSound() ? "serve would start" : "serve would not start");
    }

    void printJson(PrintStream out) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("sound", isSound());
        all.put("facts", facts);
        all.put("findings", findings.stream().map(Finding::json).toList());
        out.println(ConfigValueFactory.fromMap(all).render(ConfigRenderOptions.concise()));
    }
}
