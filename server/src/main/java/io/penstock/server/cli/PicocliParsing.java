package io.penstock.server.cli;

import io.penstock.protocol.NearNames;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Penstock's manners for picocli: words are taken literally, an option given twice is no mistake, and a mistake is told
 * in one line. The specifications are built by code, not annotations, whose reflection costs time at every start.
 */
final class PicocliParsing {
    private PicocliParsing() {}

    /** A command with {@code --help}. */
    static CommandSpec command(String name) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.addOption(OptionSpec.builder("--help", "-h")
                .usageHelp(true)
                .type(boolean.class)
                .arity("0")
                .build());
        return spec;
    }

    /** A command with {@code --help}, options, and any number of other words. */
    static CommandSpec command(String name, List<? extends CommandOption> options) {
        CommandSpec spec = command(name);
        options.forEach(option -> spec.addOption(option.spec()));
        takeWords(spec);
        return spec;
    }

    /** Lets any number of words stand beside the options. */
    static void takeWords(CommandSpec spec) {
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build());
    }

    /**
     * Parses the words after a command.
     *
     * @throws UsageException when they are wrong
     */
    static CommandLine.ParseResult parse(CommandSpec spec, List<String> words) {
        CommandLine line = new CommandLine(spec)
                .setExpandAtFiles(false)
                .setInterpolateVariables(false)
                .setOverwrittenOptionsAllowed(true);
        try {
            return line.parseArgs(words.toArray(String[]::new));
        } catch (ParameterException e) {
            if (e.getCause() instanceof UsageException usage) {
                throw usage;
            }
            throw new UsageException(spec.name(), words(spec, e));
        }
    }

    private static String words(CommandSpec spec, ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String word = unmatched.getUnmatched().get(0);
            return word.startsWith("-")
                    ? "unknown option " + word + NearNames.hint(word, names(spec))
                    : "unexpected argument " + word;
        }
        if (e instanceof MissingParameterException missing && missing.getMissing() != null) {
            return missing.getMissing().stream().map(PicocliParsing::missing).collect(Collectors.joining(", "));
        }
        return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }

    private static String missing(ArgSpec arg) {
        return arg instanceof OptionSpec option
                ? option.longestName() + " needs a value (expected: " + option.paramLabel() + ")"
                : arg.paramLabel() + " is missing";
    }

    private static List<String> names(CommandSpec spec) {
        return spec.options().stream().map(OptionSpec::longestName).toList();
    }
}
