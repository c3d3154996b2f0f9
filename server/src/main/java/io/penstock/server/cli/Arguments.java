package io.penstock.server.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import io.penstock.protocol.SettingsReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What the words after {@code serve}, {@code check} or {@code config} say.
 *
 * @param assignments in the order of the command line, so that of two for one key the last wins
 * @param file the configuration file
 * @param json the output is for programs
 * @param help nothing else is wanted
 */
record Arguments(List<Assignment> assignments, Optional<Path> file, boolean json, boolean help) {
    private static final String JSON = "--json";

    /**
     * Reads the words.
     *
     * @param command such as {@code penstock serve}, for messages
     * @throws UsageException at the first word that is wrong
     */
    static Arguments parse(String command, List<String> words) {
        return parse(PicocliParsing.command(command), words);
    }

    /** The same for a command that can print JSON. */
    static Arguments parseWithJson(String command, List<String> words) {
        CommandSpec spec = PicocliParsing.command(command);
        spec.addOption(OptionSpec.builder(JSON).arity("0").type(boolean.class).build());
        return parse(spec, words);
    }

    private static Arguments parse(CommandSpec spec, List<String> words) {
        String command = spec.name();
        List<Assignment> assignments = new ArrayList<>();
        for (ServeOption option : ServeOption.values()) {
            spec.addOption(option(option, assignments::add));
        }
        spec.addOption(set(command, assignments::add));
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .paramLabel("FILE.conf")
                .type(String.class)
                .build());
        CommandLine.ParseResult result = PicocliParsing.parse(spec, words);
        Optional<Path> file = Optional.<@Nullable String>ofNullable(result.matchedPositionalValue(0, null))
                .map(Path::of);
        return new Arguments(
                List.copyOf(assignments), file, result.hasMatchedOption(JSON), result.isUsageHelpRequested());
    }

    /** The option as picocli knows it. Its converter is what sees every occurrence in order. */
    private static OptionSpec option(ServeOption option, Consumer<Assignment> sink) {
        CommandLine.ITypeConverter<String> converter = text -> {
            sink.accept(new Assignment(
                    SettingsReader.ROOT + "." + option.key, text, "command line (" + option.option + ")"));
            return text;
        };
        OptionSpec.Builder builder = OptionSpec.builder(option.option).converters(converter);
        return option.isFlag()
                ? builder.arity("0").type(boolean.class).build()
                : builder.arity("1").type(String.class).paramLabel(option.label).build();
    }

    /** The option that sets any key. */
    static OptionSpec set(String command, Consumer<Assignment> sink) {
        CommandLine.ITypeConverter<String> converter = text -> {
            sink.accept(assignment(command, text));
            return text;
        };
        return OptionSpec.builder("--set")
                .arity("1")
                .type(String.class)
                .paramLabel("KEY=VALUE")
                .converters(converter)
                .build();
    }

    private static Assignment assignment(String command, String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new UsageException(command, "--set " + text + " (expected: KEY=VALUE)");
        }
        String key = text.substring(0, equals).strip();
        return new Assignment(absolute(command, key), text.substring(equals + 1), "command line (--set " + key + ")");
    }

    /** Keys of the actor system are told by their root; all others are Penstock's, with or without its root. */
    private static String absolute(String command, String key) {
        try {
            String root = ConfigUtil.splitPath(key).get(0);
            return root.equals(SettingsReader.ROOT) || root.equals("pekko") ? key : SettingsReader.ROOT + "." + key;
        } catch (ConfigException e) {
            throw new UsageException(command, "--set " + key + " (expected: a key such as tls.cert)");
        }
    }
}
