package io.penstock.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code docs/guarantees.md}: under each heading a table, whose first column names a row.
 *
 * @param tables by heading, then row, the cells behind it; the row of the columns' names is that of the key {@link
 *     #COLUMNS}
 */
record GuaranteesPage(Map<String, Map<String, List<String>>> tables) {
    static final String TOLD = "Who is told";
    static final String DONE = "What has been done by then";
    static final String EVENTS = "What may happen";
    static final String COLUMNS = "";

    private static final Path PAGE = Path.of("..", "docs", "guarantees.md");

    static GuaranteesPage read() {
        Map<String, Map<String, List<String>>> tables = new LinkedHashMap<>();
        String heading = "";
        for (String line : lines()) {
            if (line.startsWith("## ")) {
                heading = line.substring(3);
            } else if (line.startsWith("| ")) {
                List<String> cells = Arrays.stream(line.split("\\|", -1))
                        .map(String::trim)
                        .toList()
                        .subList(1, line.split("\\|", -1).length - 1);
                Map<String, List<String>> table = tables.computeIfAbsent(heading, key -> new LinkedHashMap<>());
                table.put(table.isEmpty() ? COLUMNS : cells.get(0), cells.subList(1, cells.size()));
            }
        }
        return new GuaranteesPage(tables);
    }

    /** The rows of a table without that of the columns' names. */
    Map<String, List<String>> rows(String heading) {
        Map<String, List<String>> rows = new LinkedHashMap<>(tables.getOrDefault(heading, Map.of()));
        rows.remove(COLUMNS);
        return rows;
    }

    /** The columns' names but that of the first. */
    List<String> columns(String heading) {
        return tables.getOrDefault(heading, Map.of()).getOrDefault(COLUMNS, List.of());
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
