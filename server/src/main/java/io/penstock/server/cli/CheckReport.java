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
 * @param blocks what the server would be, one for each listener
 * @param findings faults first
 */
record CheckReport(List<Block> blocks, List<Finding> findings) {
    private static final int COLUMN = 13;

    /**
     * What a listener would be.
     *
     * @param listener its name; empty where there is only one, without a section
     * @param facts in the order in which they are shown
     */
    record Block(String listener, Map<String, List<String>> facts) {}

    CheckReport {
        blocks = List.copyOf(blocks);
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
        for (Block block : blocks) {
            if (!block.listener().isEmpty()) {
                line(out, "listener", block.listener());
            }
            block.facts().forEach((name, lines) -> lines.forEach(line -> line(out, name, line)));
        }
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
        if (blocks.stream().anyMatch(block -> block.listener().isEmpty())) {
            all.put("facts", blocks.get(0).facts());
        } else {
            Map<String, Object> listeners = new LinkedHashMap<>();
            blocks.forEach(block -> listeners.put(block.listener(), block.facts()));
            all.put("listeners", listeners);
        }
        all.put("findings", findings.stream().map(Finding::json).toList());
        out.println(ConfigValueFactory.fromMap(all).render(ConfigRenderOptions.concise()));
    }
}
