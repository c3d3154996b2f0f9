package io.penstock.server.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What the words after {@code quarantine list}, {@code show} and {@code replay} say.
 *
 * @param command such as {@code penstock quarantine list}, for messages
 * @param configuration the one that {@code serve} has
 * @param ids of entries, as given
 */
record QuarantineArguments(
        String command,
        Arguments configuration,
        List<String> ids,
        boolean json,
        boolean all,
        boolean cut,
        boolean payload,
        boolean waits,
        Duration timeout) {
    private static final int DEFAULT_TIMEOUT_SECONDS = 30;

    /** Reads the words after {@code quarantine list}. */
    static QuarantineArguments list(List<String> words) {
        return parse("penstock quarantine list", words, "--json");
    }

    /** Reads the words after {@code quarantine show}. */
    static QuarantineArguments show(List<String> words) {
        QuarantineArguments arguments = parse("penstock quarantine show", words, "--payload");
        if (arguments.ids.size() != 1 && !arguments.help()) {
            throw arguments.wrong(
                    arguments.ids.isEmpty()
                            ? "ID is missing (expected: one of those of penstock quarantine list)"
                            : "unexpected argument " + arguments.ids.get(1));
        }
        return arguments;
    }

    /** Reads the words after {@code quarantine replay}. */
    static QuarantineArguments replay(List<String> words) {
        QuarantineArguments arguments =
                parse("penstock quarantine replay", words, "--all", "--cut", "--no-wait", "--timeout");
        if (arguments.all == !arguments.ids.isEmpty() && !arguments.help()) {
            throw arguments.wrong(
                    arguments.all
                            ? "--all and " + arguments.ids.get(0) + " (expected: one of them)"
                            : "what to replay is missing (expected: --all or ID)");
        }
        return arguments;
    }

    private static QuarantineArguments parse(String command, List<String> words, String... options) {
        CommandSpec spec = PicocliParsing.command(command);
        List<Assignment> assignments = new ArrayList<>();
        spec.addOption(Arguments.set(command, assignments::add));
        for (String option : options) {
            spec.addOption(option(option));
        }
        PicocliParsing.takeWords(spec);
        CommandLine.ParseResult result = PicocliParsing.parse(spec, words);
        List<String> named = result.matchedPositionalValue(0, List.of());
        boolean help = result.isUsageHelpRequested();
        return new QuarantineArguments(
                command,
                new Arguments(List.copyOf(assignments), file(command, named), false, help),
                ids(command, named),
                result.hasMatchedOption("--json"),
                result.hasMatchedOption("--all"),
                result.hasMatchedOption("--cut"),
                result.hasMatchedOption("--payload"),
                !result.hasMatchedOption("--no-wait"),
                timeout(command, Optional.<@Nullable String>ofNullable(result.matchedOptionValue("--timeout", null))));
    }

    private static OptionSpec option(String name) {
        OptionSpec.Builder builder = OptionSpec.builder(name);
        return name.equals("--timeout")
                ? builder.arity("1").type(String.class).paramLabel("SECONDS").build()
                : builder.arity("0").type(boolean.class).build();
    }

    /** An id is no file's name, unless somebody takes pains. */
    private static boolean isFile(String word) {
        return word.endsWith(".conf") || Files.isRegularFile(Path.of(word));
    }

    private static Optional<Path> file(String command, List<String> named) {
        List<String> files = named.stream().filter(QuarantineArguments::isFile).toList();
        if (files.size() > 1) {
            throw new UsageException(command, "unexpected argument " + files.get(1));
        }
        return files.stream().findFirst().map(Path::of);
    }

    private static List<String> ids(String command, List<String> named) {
        List<String> ids = named.stream().filter(word -> !isFile(word)).toList();
        if (command.endsWith(" list") && !ids.isEmpty()) {
            throw new UsageException(command, "unexpected argument " + ids.get(0) + " (expected: FILE.conf)");
        }
        return ids;
    }

    private static Duration timeout(String command, Optional<String> text) {
        String wanted = text.orElse(String.valueOf(DEFAULT_TIMEOUT_SECONDS));
        if (!wanted.matches("[1-9]\\d{0,5}")) {
            throw new UsageException(command, "--timeout " + wanted + " (expected: seconds, 1 to 999999)");
        }
        return Duration.ofSeconds(Integer.parseInt(wanted));
    }

    boolean help() {
        return configuration.help();
    }

    /** The same command line with a configuration file, as far as that says what is meant. */
    String withFile() {
        return command + (all ? " --all" : "")
                + String.join("", ids.stream().map(id -> " " + id).toList()) + " FILE.conf";
    }

    UsageException wrong(String words) {
        return new UsageException(command, words);
    }
}
