package io.penstock.server.cli;

import io.penstock.server.pki.DevelopmentCa;
import io.penstock.server.pki.ExaminationOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What the words after {@code cert show} say.
 *
 * @param serverName to ask servers for in place of their host
 * @param hostname that certificates have to cover; empty: for servers the name asked for, for files none
 */
record CertShowArguments(
        boolean help,
        boolean json,
        boolean client,
        Optional<String> serverName,
        Optional<String> hostname,
        Optional<Path> ca,
        Optional<Path> crl,
        Optional<Path> passwordFile,
        Duration timeout,
        List<CertShowTarget> targets) {
    private static final String COMMAND = "penstock cert show";
    private static final int DEFAULT_TIMEOUT_SECONDS = 10;
    private static final int MAX_TIMEOUT_SECONDS = 3600;

    /**
     * Reads the words.
     *
     * @throws UsageException at the first word that is wrong
     */
    static CertShowArguments parse(List<String> words) {
        CommandSpec spec = PicocliParsing.command(COMMAND);
        flag(spec, "--json");
        flag(spec, "--client");
        value(spec, "--servername", "NAME");
        value(spec, "--hostname", "NAME");
        value(spec, "--ca", "FILE");
        value(spec, "--crl", "FILE");
        value(spec, "--key-password-file", "FILE");
        value(spec, "--timeout", "SECONDS");
        PicocliParsing.takeWords(spec);
        CommandLine.ParseResult result = PicocliParsing.parse(spec, words);
        List<String> named = result.matchedPositionalValue(0, List.of());
        if (named.isEmpty() && !result.isUsageHelpRequested()) {
            throw new UsageException(COMMAND, "what to show is missing (expected: HOST:PORT or FILE)");
        }
        return new CertShowArguments(
                result.isUsageHelpRequested(),
                result.hasMatchedOption("--json"),
                result.hasMatchedOption("--client"),
                text(result, "--servername"),
                text(result, "--hostname"),
                text(result, "--ca").map(Path::of),
                text(result, "--crl").map(Path::of),
                text(result, "--key-password-file").map(Path::of),
                timeout(text(result, "--timeout")),
                named.stream().map(CertShowTarget::of).toList());
    }

    private static void flag(CommandSpec spec, String name) {
        spec.addOption(OptionSpec.builder(name).arity("0").type(boolean.class).build());
    }

    private static void value(CommandSpec spec, String name, String label) {
        spec.addOption(OptionSpec.builder(name)
                .arity("1")
                .type(String.class)
                .paramLabel(label)
                .build());
    }

    private static Optional<String> text(CommandLine.ParseResult result, String name) {
        return Optional.<@Nullable String>ofNullable(result.matchedOptionValue(name, null));
    }

    private static Duration timeout(Optional<String> text) {
        String wanted = text.orElse(String.valueOf(DEFAULT_TIMEOUT_SECONDS));
        int seconds = wanted.matches("\\d{1,4}") ? Integer.parseInt(wanted) : 0;
        if (seconds < 1 || seconds > MAX_TIMEOUT_SECONDS) {
            throw new UsageException(COMMAND, "--timeout " + wanted + " (expected: seconds, 1 to 3600)");
        }
        return Duration.ofSeconds(seconds);
    }

    /** What to judge by; names are for each target to add. */
    ExaminationOptions options(Map<String, String> environment, Clock clock) {
        return ExaminationOptions.DEFAULTS
                .withClient(client)
                .withCa(ca)
                .withCrl(crl)
                .withPasswordFile(passwordFile)
                .withHome(DevelopmentCa.home(environment))
                .withClock(clock);
    }
}
