package io.penstock.server.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import io.penstock.protocol.NearNames;
import io.penstock.server.bench.LoadMode;
import io.penstock.server.bench.LoadPlan;
import io.penstock.server.tls.ClientSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine;

/** What the words after {@code bench} say. Every word has been looked at, no file has. */
final class BenchArguments {
    static final String COMMAND = "penstock bench";

    /** Works with whatever server, and sends it nothing that it would print or store. */
    private static final LoadMode MODE = LoadMode.HANDSHAKES;

    private static final Address TARGET = new Address("localhost", Main.DEFAULT_PORT);
    private static final Duration DURATION = Duration.ofSeconds(10);
    private static final Duration WARMUP = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_CONNECTIONS = 10_000;
    private static final double MOST_RATE = 10_000_000;
    private static final long MOST_SIZE = 16 << 20;

    private final GivenOptions given;
    private final ClientArguments client;
    private final LoadMode mode;
    private final Address target;

    private BenchArguments(GivenOptions given, LoadMode mode, Address target) {
        this.given = given;
        this.mode = mode;
        this.target = target;
        connections();
        duration();
        warmup();
        rate();
        size();
        timeout();
        this.client = ClientArguments.of(given);
        if (mode == LoadMode.RESUMED && client.isPlaintext()) {
            throw given.both(mode.word(), ClientOption.PLAINTEXT.option());
        }
    }

    /**
     * Reads the words.
     *
     * @return empty when help is all that is wanted
     * @throws UsageException at the first word that is wrong
     */
    static Optional<BenchArguments> parse(List<String> words) {
        CommandLine.ParseResult result =
                PicocliParsing.parse(PicocliParsing.command(COMMAND, BenchOption.all()), words);
        return result.isUsageHelpRequested() ? Optional.empty() : Optional.of(of(result));
    }

    private static BenchArguments of(CommandLine.ParseResult result) {
        GivenOptions given = new GivenOptions(COMMAND, BenchOption.all(), result);
        List<String> named = result.matchedPositionalValue(0, List.of());
        boolean hasMode = !named.isEmpty() && named.get(0).indexOf(':') < 0;
        List<String> targets = named.subList(hasMode ? 1 : 0, named.size());
        if (targets.size() > 1) {
            throw new UsageException(COMMAND, "unexpected argument " + targets.get(1));
        }
        return new BenchArguments(
                given,
                hasMode ? mode(given, named.get(0)) : MODE,
                targets.isEmpty() ? TARGET : ClientArguments.target(given, targets.get(0)));
    }

    private static LoadMode mode(GivenOptions given, String word) {
        List<String> words =
                Arrays.stream(LoadMode.values()).map(LoadMode::word).toList();
        return LoadMode.byName(word)
                .orElseThrow(() ->
                        given.expected(word + NearNames.hint(word, words), String.join("|", words) + ", or HOST:PORT"));
    }

    ClientArguments client() {
        return client;
    }

    Address target() {
        return target;
    }

    boolean isJson() {
        return given.has(BenchOption.JSON);
    }

    Duration timeout() {
        return given.duration(BenchOption.TIMEOUT).orElse(TIMEOUT);
    }

    /** What to do, with connections of these settings. */
    LoadPlan plan(ClientSettings settings) {
        return new LoadPlan(
                mode, target.host(), target.port(), settings, connections(), duration(), warmup(), rate(), size());
    }

    private int connections() {
        return (int) number(BenchOption.CONNECTIONS, 1, MOST_CONNECTIONS, "1.." + MOST_CONNECTIONS)
                .orElse(mode.connections());
    }

    private Duration duration() {
        return given.duration(BenchOption.DURATION).orElse(DURATION);
    }

    private Duration warmup() {
        if (mode == LoadMode.IDLE) {
            refuse(BenchOption.WARMUP);
            return Duration.ZERO;
        }
        return given.durationOrNone(BenchOption.WARMUP).orElse(WARMUP);
    }

    private OptionalDouble rate() {
        return number(BenchOption.RATE, Double.MIN_VALUE, MOST_RATE, "units a second, more than 0 and up to 10000000");
    }

    private int size() {
        if (mode.size() == 0) {
            refuse(BenchOption.SIZE);
        }
        return given.text(BenchOption.SIZE).map(this::size).orElse(mode.size());
    }

    private int size(String text) {
        try {
            long size = ConfigValueFactory.fromAnyRef(text).atKey("size").getBytes("size");
            if (size >= 1 && size <= MOST_SIZE) {
                return (int) size;
            }
        } catch (ConfigException e) {
            // The same words as for other sizes that are none.
        }
        throw given.expected(BenchOption.SIZE.option() + " " + text, "a size such as 100 or 16KiB, up to 16MiB");
    }

    private OptionalDouble number(BenchOption option, double least, double most, String expected) {
        Optional<String> text = given.text(option);
        if (text.isEmpty()) {
            return OptionalDouble.empty();
        }
        boolean whole = option == BenchOption.CONNECTIONS;
        double value =
                text.get().matches(whole ? "\\d{1,9}" : "\\d{1,9}(\\.\\d{1,9})?") ? Double.parseDouble(text.get()) : 0;
        if (value < least || value > most) {
            throw given.expected(option.option() + " " + text.get(), expected);
        }
        return OptionalDouble.of(value);
    }

    private void refuse(BenchOption option) {
        if (given.has(option)) {
            throw given.both(mode.word(), option.option());
        }
    }
}
