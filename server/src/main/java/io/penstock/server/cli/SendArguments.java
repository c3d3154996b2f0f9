package io.penstock.server.cli;

import io.penstock.protocol.Protocol;
import io.penstock.protocol.Protocols;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/** What the words after {@code send} say. Every word has been looked at, no file has. */
final class SendArguments {
    static final String COMMAND = "penstock send";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final GivenOptions given;
    private final ClientArguments client;
    private final Address target;
    private final List<String> inputs;

    private SendArguments(GivenOptions given, Address target, List<String> inputs) {
        this.given = given;
        this.target = target;
        this.inputs = inputs;
        protocol();
        timeout();
        this.client = ClientArguments.of(given);
    }

    /**
     * Reads the words.
     *
     * @return empty when help is all that is wanted
     * @throws UsageException at the first word that is wrong
     */
    static Optional<SendArguments> parse(List<String> words) {
        CommandLine.ParseResult result = PicocliParsing.parse(PicocliParsing.command(COMMAND, SendOption.all()), words);
        return result.isUsageHelpRequested() ? Optional.empty() : Optional.of(of(result));
    }

    private static SendArguments of(CommandLine.ParseResult result) {
        GivenOptions given = new GivenOptions(COMMAND, SendOption.all(), result);
        List<String> positional = result.matchedPositionalValue(0, List.of());
        if (positional.isEmpty()) {
            throw new UsageException(COMMAND, "HOST:PORT is missing");
        }
        return new SendArguments(
                given,
                ClientArguments.target(given, positional.get(0)),
                List.copyOf(positional.subList(1, positional.size())));
    }

    ClientArguments client() {
        return client;
    }

    Address target() {
        return target;
    }

    /** Names of files, of which {@code -} is stdin. */
    List<String> inputs() {
        return inputs.isEmpty() ? List.of("-") : inputs;
    }

    Protocol protocol() {
        String name = given.text(SendOption.PROTOCOL).orElse("raw");
        return Protocols.byName(name)
                .orElseThrow(() -> given.expected("--protocol " + name, String.join("|", Protocols.names())));
    }

    Duration timeout() {
        return given.duration(SendOption.TIMEOUT).orElse(TIMEOUT);
    }

    boolean waits() {
        return !given.has(SendOption.NO_WAIT);
    }
}
