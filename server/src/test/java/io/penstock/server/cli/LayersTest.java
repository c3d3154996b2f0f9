package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayersTest {
    @TempDir
    private Path directory;

    @Test
    void commandLineCoversEnvironmentCoversFileCoversDefaults() throws IOException {
        Path file = file("penstock { host = a, port = 1, backlog = 2, hostname = n }");

        Layers layers = load(Map.of("PENSTOCK_HOST", "b", "PENSTOCK_PORT", "3"), "--host", "c", file.toString());

        SettingsReader reader = new SettingsReader(layers.config());
        assertThat(reader.text("host")).isEqualTo("c");
        assertThat(reader.origin("host")).isEqualTo("command line (--host)");
        assertThat(reader.integer("port", 0, 9)).isEqualTo(3);
        assertThat(reader.origin("port")).isEqualTo("environment PENSTOCK_PORT");
        assertThat(reader.integer("backlog", 0, 9)).isEqualTo(2);
        assertThat(reader.origin("backlog")).isEqualTo(file + ": 1");
        assertThat(reader.duration("drain-timeout")).isEqualTo(Duration.ofSeconds(30));
        assertThat(reader.origin("drain-timeout")).isEqualTo("default");
    }

    @Test
    void systemPropertiesStandBetweenEnvironmentAndFile() throws IOException {
        Path file = file("penstock { port = 1, backlog = 1 }");
        System.setProperty("penstock.port", "2");
        System.setProperty("penstock.backlog", "2");
        ConfigFactory.invalidateCaches();
        try {
            Layers layers = load(Map.of("PENSTOCK_PORT", "3"), file.toString());

            SettingsReader reader = new SettingsReader(layers.config());
            assertThat(reader.integer("port", 0, 9)).isEqualTo(3);
            assertThat(reader.integer("backlog", 0, 9)).isEqualTo(2);
            assertThat(reader.origin("backlog")).isEqualTo("system properties");
        } finally {
            System.clearProperty("penstock.port");
            System.clearProperty("penstock.backlog");
            ConfigFactory.invalidateCaches();
        }
    }

    @Test
    void ofAnOptionGivenTwiceTheLastWins() {
        assertThat(port("--port", "1", "--port", "2")).isEqualTo(2);
        assertThat(port("--set", "port=1", "--set", "penstock.port=2")).isEqualTo(2);
        assertThat(port("--set", "port=1", "--port", "2")).isEqualTo(2);
        assertThat(port("--port", "1", "--set", "port=2")).isEqualTo(2);
        assertThat(port("--port=1", "--port=2")).isEqualTo(2);
    }

    @Test
    void setAddsToWhatOtherSetsSay() {
        Config config = load(Map.of(), "--set", "port=1", "--set", "backlog=2").config();

        assertThat(config.getInt("penstock.port")).isEqualTo(1);
        assertThat(config.getInt("penstock.backlog")).isEqualTo(2);
    }

    @Test
    void plaintextIsAFlag() {
        assertThat(load(Map.of(), "--plaintext").config().getBoolean("penstock.plaintext"))
                .isTrue();
        assertThat(load(Map.of("PENSTOCK_PLAINTEXT", "yes")).config().getBoolean("penstock.plaintext"))
                .isTrue();
    }

    @Test
    void keysOfTheActorSystemPassThroughFromFileAndCommandLine() throws IOException {
        Files.writeString(directory.resolve("more.conf"), "pekko.actor.included = 1");
        Path file = file("include \"more.conf\"\npekko { actor.default-dispatcher.throughput = 7 }");

        Config config =
                load(Map.of(), file.toString(), "--set", "pekko.loglevel=DEBUG").config();

        assertThat(config.getInt("pekko.actor.default-dispatcher.throughput")).isEqualTo(7);
        assertThat(config.getInt("pekko.actor.included")).isEqualTo(1);
        assertThat(config.getString("pekko.loglevel")).isEqualTo("DEBUG");
    }

    @Test
    void pekkoWritesNothingToStdout() {
        assertThat(load(Map.of()).config().getString("pekko.stdout-loglevel")).isEqualTo("OFF");
    }

    @Test
    void warnsOfKeysThatStandOutsideOfPenstock() throws IOException {
        Path file = file("port = 9\nmine = 1");

        assertThat(load(Map.of(), file.toString()).warnings())
                .containsExactly("port: not read (expected: penstock.port) at " + file + ": 1");
    }

    @Test
    void aPartThatIsNoObjectIsOneProblemAndLeavesTheRestReadable() throws IOException {
        Path file = file("penstock {\n  tls = 5\n  log = null\n}");

        Layers layers = load(Map.of(), file.toString());

        assertThat(layers.problems())
                .containsExactlyInAnyOrder(
                        "penstock.tls: 5 (expected: an object) at " + file + ": 2",
                        "penstock.log: null (expected: an object)");
        SettingsReader reader = new SettingsReader(layers.config());
        assertThat(ServeSettings.read(reader).listeners().get(0).server().tls()).isPresent();
        reader.finish();
    }

    /** How the text after {@code --set KEY=} is read. */
    @Nested
    class Typing {
        @Test
        void textIsLiteral() {
            for (String text : List.of("a:b/c", "${HOME}", "[::1]", "{x}", "a=b", "# no", " x ", "\"q\"", "off", "1")) {
                assertThat(load(Map.of(), "--set", "hostname=" + text).config().getString("penstock.hostname"))
                        .isEqualTo(text);
            }
            assertThat(load(Map.of(), "--host", "[::1]").config().getString("penstock.host"))
                    .isEqualTo("[::1]");
        }

        @Test
        void numbersDurationsAndSizesAreParsed() {
            Layers layers =
                    load(Map.of(), "--set", "backlog=12", "--set", "idle-timeout=5m", "--set", "max-frame-size=1MiB");

            ServerSettings settings = ServeSettings.read(new SettingsReader(layers.config()))
                    .listeners()
                    .get(0)
                    .server();
            assertThat(settings.backlog()).isEqualTo(12);
            assertThat(settings.times().idle()).isEqualTo(Optional.of(Duration.ofMinutes(5)));
            assertThat(settings.framing().limits().maxFrameSize()).isEqualTo(1 << 20);
        }

        @Test
        void listsAreCommaSeparatedOrHocon() {
            for (String text : List.of("10.0.0.0/8, ::1/128", "[10.0.0.0/8, \"::1/128\"]")) {
                assertThat(load(Map.of(), "--set", "proxy-protocol.trusted=" + text)
                                .config()
                                .getStringList("penstock.proxy-protocol.trusted"))
                        .containsExactly("10.0.0.0/8", "::1/128");
            }
            assertThat(load(Map.of(), "--set", "proxy-protocol.trusted=")
                            .config()
                            .getStringList("penstock.proxy-protocol.trusted"))
                    .isEmpty();
        }

        @Test
        void partsOfOthersTakeListsAndObjectsToo() {
            Config config = load(Map.of(), "--set", "mine.list=[1, 2]", "--set", "mine.url=http://a:1/[x]")
                    .config();

            assertThat(config.getIntList("penstock.mine.list")).containsExactly(1, 2);
            assertThat(config.getString("penstock.mine.url")).isEqualTo("http://a:1/[x]");
        }
    }

    /** Variables as keys. */
    @Nested
    class Environment {
        @Test
        void everyKeyHasAVariableOfItsOwn() {
            Reference reference = new Reference();

            assertThat(reference.variables())
                    .containsEntry("PENSTOCK_TLS_CLIENT_AUTH", "penstock.tls.client-auth")
                    .hasSameSizeAs(reference.root().toConfig().entrySet());
        }

        @Test
        void unknownVariablesAreOneWarningAndReservedOnesNone() {
            Layers layers = load(Map.of(
                    "PENSTOCK_HOME", "/x",
                    "PENSTOCK_OPTS", "-Xmx1g",
                    "PENSTOCK_SERVICE_HOST", "10.0.0.7",
                    "PENSTOCK_PORT_8000_TCP", "tcp://10.0.0.7:8000",
                    "PENSTOCK_PORT", "tcp://10.0.0.7:8000"));

            assertThat(layers.warnings())
                    .containsExactly("environment: no key's value, ignored: "
                            + "PENSTOCK_PORT, PENSTOCK_PORT_8000_TCP, PENSTOCK_SERVICE_HOST");
            assertThat(layers.config().getInt("penstock.port")).isEqualTo(8000);
        }
    }

    /** FILE.conf that cannot be used. */
    @Nested
    class File {
        @Test
        void missingOrADirectory() {
            assertProblem(directory.resolve("no.conf"), "no.conf: no such file (expected: a configuration file)");
            assertProblem(directory, ": is a directory (expected: a configuration file)");
        }

        @Test
        void syntaxErrorsNameTheLine() throws IOException {
            assertProblem(file("penstock {\n  port = ]\n}"), "app.conf: 2: ");
        }

        @Test
        void unresolvedSubstitutionsNameTheLine() throws IOException {
            assertProblem(file("\npenstock.host = ${nowhere}"), "app.conf: 2: ");
        }

        private void assertProblem(Path file, String part) {
            assertThatThrownBy(() -> load(Map.of(), file.toString()))
                    .isInstanceOfSatisfying(
                            InvalidSettingsException.class,
                            e -> assertThat(e.problems())
                                    .singleElement()
                                    .asString()
                                    .contains(part)
                                    .doesNotContain("\n"));
        }
    }

    private static int port(String... words) {
        return load(Map.of(), words).config().getInt("penstock.port");
    }

    private static Layers load(Map<String, String> environment, String... words) {
        return Layers.load(Arguments.parse("penstock serve", List.of(words)), environment);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("app.conf"), text);
    }
}
