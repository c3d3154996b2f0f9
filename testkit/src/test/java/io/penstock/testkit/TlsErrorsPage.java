package io.penstock.testkit;

import io.penstock.server.tls.TlsFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * {@code docs/tls-errors.md}: of each code a row.
 *
 * <pre>
 *   | `TLS-…` | what happened | who is to blame | what to do | the alert that the client gets |
 * </pre>
 *
 * Where the engines differ the last one says so: {@code certificate_unknown (46); native: unknown_ca (48)}.
 */
record TlsErrorsPage(Map<String, List<String>> rows) {
    private static final Path PAGE = Path.of("..", "docs", "tls-errors.md");

    static TlsErrorsPage read() {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(PAGE)) {
                if (line.startsWith("| `TLS-")) {
                    List<String> cells = Arrays.stream(line.split("\\|", -1))
                            .map(String::trim)
                            .skip(1)
                            .toList();
                    rows.put(cells.get(0).replace("`", ""), cells);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TlsErrorsPage(rows);
    }

    List<String> codes() {
        return List.copyOf(rows.keySet());
    }

    String sentence(TlsFault fault) {
        return row(fault).get(1);
    }

    String blame(TlsFault fault) {
        return row(fault).get(2);
    }

    String remedy(TlsFault fault) {
        return row(fault).get(3);
    }

    /** What the client gets from this engine. */
    String answers(String engine, TlsFault fault) {
        String[] byEngine = row(fault).get(4).split("; native: ", -1);
        return byEngine[engine.equals("native") ? byEngine.length - 1 : 0];
    }

    private List<String> row(TlsFault fault) {
        return Objects.requireNonNull(rows.get(fault.code()), () -> fault.code() + " is not on the page");
    }
}
