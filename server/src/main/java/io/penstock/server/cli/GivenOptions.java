package io.penstock.server.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** The options of one command line, as text, and the words in which their values are refused. */
final class GivenOptions {
    private final String command;
    private final Map<CommandOption, String> given = new HashMap<>();

    /**
     * @param command such as {@code penstock send}, for messages
     * @param known those that the command has
     */
    GivenOptions(String command, List<? extends CommandOption> known, ParseResult result) {
        this.command = command;
        for (CommandOption option : known) {
            if (result.hasMatchedOption(option.option())) {
                given.put(option, String.valueOf(result.<Object>matchedOptionValue(option.option(), "")));
            }
        }
    }

    boolean has(CommandOption option) {
        return given.containsKey(option);
    }

    Optional<String> text(CommandOption option) {
        return Optional.<@Nullable String>ofNullable(given.get(option));
    }

    /** A time greater than nothing. In a configuration a bare number is of milliseconds, which nobody expects here. */
    Optional<Duration> duration(CommandOption option) {
        return text(option).map(text -> duration(option, text, 1));
    }

    /** The same, or no time at all: {@code 0s}. */
    Optional<Duration> durationOrNone(CommandOption option) {
        return text(option).map(text -> duration(option, text, 0));
    }

    private Duration duration(CommandOption option, String text, long least) {
        try {
            Duration duration =
                    ConfigValueFactory.fromAnyRef(text).atKey("time").getDuration("time");
            boolean sound = duration.toMillis() >= least && duration.toMillis() <= Integer.MAX_VALUE;
            if (sound && text.chars().anyMatch(Character::isLetter)) {
                return duration;
            }
        } catch (ConfigException e) {
            // The same words as for other durations that are none.
        }
        throw expected(option.option() + " " + text, "a duration such as 10s");
    }

    /** Two that exclude each other. */
    UsageException both(String one, String other) {
        return new UsageException(command, one + " and " + other + " (expected: one of them)");
    }

    /** A word, with its option if it has one, that is not what it has to be. */
    UsageException expected(String words, String expected) {
        return new UsageException(command, words + " (expected: " + expected + ")");
    }
}
