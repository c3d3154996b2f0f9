package io.penstock.server.cli;

import io.penstock.protocol.InvalidSettingsException;
import java.util.List;

/** The program {@code penstock}. */
public final class Main {
    private Main() {}

    /** Runs a command line and ends the JVM with its exit code. */
    public static void main(String[] words) {
        Terminal terminal = Terminal.system();
        int code = new CommandLineProgram(
                        terminal,
                        (settings, home) -> {
                            throw notInThisBuild("serve");
                        },
                        (home, hostname) -> {
                            throw notInThisBuild("cert dev");
                        },
                        ServeRun.Surroundings.current())
                .run(words);
        terminal.out().flush();
        System.exit(code);
    }

    private static InvalidSettingsException notInThisBuild(String command) {
        return new InvalidSettingsException(List.of("penstock " + command + ": not in this build"));
    }
}
