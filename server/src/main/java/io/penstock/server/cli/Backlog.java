package io.penstock.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel makes of a backlog. */
final class Backlog {
    private static final Path SOMAXCONN = Path.of("/proc/sys/net/core/somaxconn");

    private Backlog() {}

    /** {@code " (backlog 4096: the system cuts 9999)"}; empty where nothing is cut or that cannot be told. */
    static String note(int asked) {
        return note(asked, limit());
    }

    static String note(int asked, int limit) {
        return asked <= limit ? "" : " (backlog " + limit + ": the system cuts " + asked + ")";
    }

    /** Read at one go: the kernel answers only the first read of this file, and its size is said to be 0. */
    static int limit() {
        try (BufferedReader file = Files.newBufferedReader(SOMAXCONN)) {
            return Integer.parseInt(String.valueOf(file.readLine()));
        } catch (IOException | NumberFormatException unknown) {
            return Integer.MAX_VALUE;
        }
    }
}
