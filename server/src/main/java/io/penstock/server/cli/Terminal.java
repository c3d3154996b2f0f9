package io.penstock.server.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What surrounds the process.
 *
 * @param out for what was asked for
 * @param err for problems and the log
 * @param environment variables by name
 */
record Terminal(PrintStream out, PrintStream err, Map<String, String> environment) {
    /** The process' own. */
    static Terminal system() {
        return new Terminal(utf8(System.out), utf8(System.err), System.getenv());
    }

    /** Configuration and certificates are UTF-8, whatever the locale: what they say must come out whole. */
    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }
}
