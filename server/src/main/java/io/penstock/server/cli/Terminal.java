package io.penstock.server.cli;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What surrounds the process.
 *
 * @param in for what is to be sent
 * @param out for what was asked for
 * @param err for problems and the log
 * @param environment variables by name
 * @param outIsTerminal whether somebody looks at {@code out}
 * @param errIsTerminal whether somebody looks at {@code err}
 */
record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        boolean outIsTerminal,
        boolean errIsTerminal) {
    private static final Path STDOUT = Path.of("/proc/self/fd/1");
    private static final Path STDERR = Path.of("/proc/self/fd/2");

    /** Without input, and with an output that goes to a file. */
    Terminal(PrintStream out, PrintStream err, Map<String, String> environment) {
        this(InputStream.nullInputStream(), out, err, environment, false, false);
    }

    /** The process' own. */
    static Terminal system() {
        return new Terminal(
                System.in, utf8(System.out), utf8(System.err), System.getenv(), isTerminal(STDOUT), isTerminal(STDERR));
    }

    /** Configuration and certificates are UTF-8, whatever the locale: what they say must come out whole. */
    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    /** Java knows only whether stdin and stdout both are; Linux also tells of each stream. */
    private static boolean isTerminal(Path stream) {
        try {
            String device = Files.readSymbolicLink(stream).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException noProc) {
            return isTerminal(System.console());
        }
    }

    /** From Java 22 on there is a console also where there is no terminal, and a method that tells. */
    private static boolean isTerminal(@org.jspecify.annotations.Nullable Console console) {
        try {
            return console != null
                    && (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException olderJava) {
            return true;
        }
    }
}
