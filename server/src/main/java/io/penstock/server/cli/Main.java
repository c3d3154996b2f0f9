package io.penstock.server.cli;

import io.penstock.server.cli.DevelopmentCertificates.Kept;
import io.penstock.server.pki.DevelopmentCa;
import io.penstock.server.pki.DevelopmentFiles;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The program {@code penstock}. */
public final class Main {
    /** Where a server is that was not told otherwise. */
    static final int DEFAULT_PORT = 8000;

    private Main() {}

    /** Runs a command line and ends the JVM with its exit code. */
    public static void main(String[] words) {
        Terminal terminal = Terminal.system();
        int code = new CommandLineProgram(
                        terminal, new StandaloneServer(), Main::development, ServeRun.Surroundings.current())
                .run(words);
        terminal.out().flush();
        System.exit(code);
    }

    private static Kept development(Map<String, String> environment, Optional<String> hostname) {
        DevelopmentFiles files = DevelopmentCa.ensure(DevelopmentCa.home(environment), hostname, Clock.systemUTC());
        return new Kept(
                files.ca(),
                files.certificate(),
                files.key(),
                files.action().name().toLowerCase(Locale.ROOT),
                files.trustCommand(DEFAULT_PORT));
    }
}
