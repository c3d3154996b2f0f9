package io.penstock.server.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import io.penstock.protocol.Protocol;
import io.penstock.protocol.Protocols;
import io.penstock.server.pki.IdentityFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What the words after {@code send} say. Every word has been looked at, no file has. */
final class SendArguments {
    static final String COMMAND = "penstock send";

    /** What {@link IdentityFiles} calls these options in its messages, after the root of all keys. */
    private static final String SECTION = "send";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Map<SendOption, String> given;
    private final Address target;
    private final List<String> inputs;

    private SendArguments(Map<SendOption, String> given, Address target, List<String> inputs) {
        this.given = given;
        this.target = target;
        this.inputs = inputs;
    }

    /**
     * Reads the words.
     *
     * @return empty when help is all that is wanted
     * @throws UsageException at the first word that is wrong
     */
    static Optional<SendArguments> parse(List<String> words) {
        CommandSpec spec = PicocliParsing.command(COMMAND);
        for (SendOption option : SendOption.values()) {
            OptionSpec.Builder builder = OptionSpec.builder(option.option);
            spec.addOption(
                    option.isFlag()
                            ? builder.arity("0").type(boolean.class).build()
                            : builder.arity("1")
                                    .type(String.class)
                                    .paramLabel(option.label)
                                    .build());
        }
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build());
        CommandLine.ParseResult result = PicocliParsing.parse(spec, words);
        return result.isUsageHelpRequested() ? Optional.empty() : Optional.of(of(result));
    }

    private static SendArguments of(CommandLine.ParseResult result) {
        Map<SendOption, String> given = new EnumMap<>(SendOption.class);
        for (SendOption option : SendOption.values()) {
            if (result.hasMatchedOption(option.option)) {
                given.put(option, String.valueOf(result.<Object>matchedOptionValue(option.option, "")));
            }
        }
        List<String> positional = result.matchedPositionalValue(0, List.of());
        if (positional.isEmpty()) {
            throw new UsageException(COMMAND, "HOST:PORT is missing");
        }
        SendArguments arguments = new SendArguments(
                given, target(positional.get(0)), List.copyOf(positional.subList(1, positional.size())));
        arguments.check();
        return arguments;
    }

    private static Address target(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(0, colon));
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        if (bare.isEmpty() || (!bracketed && bare.indexOf(':') >= 0)) {
            throw expected(text, "HOST:PORT, such as localhost:8000 or [::1]:8000");
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 1 && port <= 0xffff) {
                return new Address(bare, port);
            }
        } catch (NumberFormatException notANumber) {
            // Says the same as a number that is none of a port.
        }
        throw expected(text, "HOST:PORT with a port of 1..65535");
    }

    private void check() {
        protocol();
        timeout();
        versions();
        given.keySet().stream()
                .filter(option -> isPlaintext() && SendOption.OF_TLS.contains(option))
                .findFirst()
                .ifPresent(option -> {
                    throw new UsageException(COMMAND, "--plaintext and " + option.option + " (expected: one of them)");
                });
        if (isInsecure() && ca().isPresent()) {
            throw new UsageException(COMMAND, "--insecure and --ca (expected: one of them)");
        }
    }

    Address target() {
        return target;
    }

    /** Names of files, of which {@code -} is stdin. */
    List<String> inputs() {
        return inputs.isEmpty() ? List.of("-") : inputs;
    }

    Protocol protocol() {
        String name = text(SendOption.PROTOCOL).orElse("raw");
        return Protocols.byName(name)
                .orElseThrow(() -> expected("--protocol " + name, String.join("|", Protocols.names())));
    }

    Duration timeout() {
        return text(SendOption.TIMEOUT).map(SendArguments::duration).orElse(TIMEOUT);
    }

    /** In a configuration a bare number is of milliseconds, which nobody expects here. */
    private static Duration duration(String text) {
        try {
            Duration duration =
                    ConfigValueFactory.fromAnyRef(text).atKey("timeout").getDuration("timeout");
            boolean sound = duration.toMillis() > 0 && duration.toMillis() <= Integer.MAX_VALUE;
            if (sound && text.chars().anyMatch(Character::isLetter)) {
                return duration;
            }
        } catch (ConfigException e) {
            // The same words as for other durations that are none.
        }
        throw expected("--timeout " + text, "a duration such as 10s");
    }

    List<String> versions() {
        return text(SendOption.TLS)
                .map(version -> {
                    if (!version.equals("1.2") && !version.equals("1.3")) {
                        throw expected("--tls " + version, SendOption.TLS.label);
                    }
                    return List.of("TLSv" + version);
                })
                .orElse(List.of());
    }

    List<String> alpn() {
        return text(SendOption.ALPN)
                .map(names -> Arrays.stream(names.split(",", -1))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    Optional<String> serverName() {
        return text(SendOption.SERVERNAME);
    }

    Optional<Path> ca() {
        return text(SendOption.CA).map(Path::of);
    }

    /** The client's certificate; empty when it has none. */
    Optional<IdentityFiles> identity() {
        IdentityFiles files = new IdentityFiles(
                SECTION,
                text(SendOption.CERT).map(Path::of),
                text(SendOption.KEY).map(Path::of),
                text(SendOption.KEY_PASSWORD_FILE).map(Path::of));
        return files.isDevelopment() ? Optional.empty() : Optional.of(files);
    }

    Optional<Path> keyPasswordFile() {
        return text(SendOption.KEY_PASSWORD_FILE).map(Path::of);
    }

    boolean isPlaintext() {
        return given.containsKey(SendOption.PLAINTEXT);
    }

    boolean isInsecure() {
        return given.containsKey(SendOption.INSECURE);
    }

    boolean waits() {
        return !given.containsKey(SendOption.NO_WAIT);
    }

    /** Names options in place of the keys that readers of files know. */
    static String inOptions(String line) {
        return line.replace("penstock." + SECTION + ".", "--").replace("penstock.tls.client-ca", SendOption.CA.option);
    }

    private Optional<String> text(SendOption option) {
        return Optional.<@Nullable String>ofNullable(given.get(option));
    }

    private static UsageException expected(String text, String expected) {
        return new UsageException(COMMAND, text + " (expected: " + expected + ")");
    }
}
