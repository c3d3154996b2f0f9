package io.penstock.server.cli;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.OptionSpec;

/** An option of a command, as its help shows it. */
interface CommandOption {
    /** Where meanings begin in the help. */
    int COLUMN = 26;

    OptionText text();

    /** With its dashes, such as {@code --cert}. */
    default String option() {
        return text().name();
    }

    default String label() {
        return text().label();
    }

    default boolean isFlag() {
        return label().isEmpty();
    }

    /** As picocli knows it. */
    default OptionSpec spec() {
        String letter = text().letter();
        String[] names = letter.isEmpty() ? new String[] {option()} : new String[] {option(), letter};
        OptionSpec.Builder builder = OptionSpec.builder(names);
        return isFlag()
                ? builder.arity("0").type(boolean.class).build()
                : builder.arity("1").type(String.class).paramLabel(label()).build();
    }

    /** Its line in the help. */
    default String help() {
        String names = text().letter().isEmpty() ? option() : text().letter() + ", " + option();
        String words = isFlag() ? names : names + " " + label();
        return "  " + words + " ".repeat(Math.max(1, COLUMN - words.length())) + text().meaning();
    }

    /** A line for each. */
    static String help(List<? extends CommandOption> options) {
        return options.stream().map(CommandOption::help).collect(Collectors.joining("\n", "", "\n"));
    }
}
