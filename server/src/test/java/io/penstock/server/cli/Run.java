package io.penstock.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One command line, run in this JVM with streams and environment of its own. */
record Run(int code, String out, String err) {
    private static final ServerStarter NO_SERVER = (settings, home) -> {
        throw new AssertionError("not to be started");
    };
    private static final DevelopmentCertificates NO_CERTIFICATES = (variables, hostname) -> {
        throw new AssertionError("not to be made");
    };
    private static final ServeRun.Surroundings NO_SIGNALS =
            new ServeRun.Surroundings((name, action) -> {}, exit -> {}, 42);

    static Run of(String... words) {
        return with(Map.of(), words);
    }

    static Run with(Map<String, String> environment, String... words) {
        return with(environment, NO_SERVER, words);
    }

    static Run with(Map<String, String> environment, ServerStarter starter, String... words) {
        return with(environment, starter, NO_CERTIFICATES, words);
    }

    static Run with(
            Map<String, String> environment,
            ServerStarter starter,
            DevelopmentCertificates development,
            String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(stream(out), stream(err), environment);
        int code = new CommandLineProgram(terminal, starter, development, NO_SIGNALS).run(words);
        return new Run(code, text(out), text(err));
    }

    /** With something on stdin. */
    static Run typing(InputStream in, Map<String, String> environment, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = run(new Terminal(in, stream(out), stream(err), environment, false, false), words);
        return new Run(code, text(out), text(err));
    }

    /** For commands that start no server and make no certificate; the exit code. */
    static int run(Terminal terminal, String... words) {
        return run(terminal, NO_SIGNALS, words);
    }

    /** The same, with signals. */
    static int run(Terminal terminal, ServeRun.Surroundings process, String... words) {
        return new CommandLineProgram(terminal, NO_SERVER, NO_CERTIFICATES, process).run(words);
    }

    static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
