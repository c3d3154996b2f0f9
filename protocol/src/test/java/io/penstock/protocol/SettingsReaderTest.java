package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingsReaderTest {
    private static final String NAMES = String.join("|", Protocols.names()) + ", or the full name of a class";

    private static Config config(String... lines) {
        return ConfigFactory.parseString(
                        String.join("\n", lines), ConfigParseOptions.defaults().setOriginDescription("app.conf"))
                .withFallback(ConfigFactory.parseResources("reference.conf"))
                .resolve();
    }

    private static FramingSettings read(Config config) {
        SettingsReader reader = new SettingsReader(config);
        FramingSettings settings = FramingSettings.read(reader);
        reader.finish();
        return settings;
    }

    private static List<String> problems(String... lines) {
        return catchThrowableOfType(InvalidSettingsException.class, () -> read(config(lines)))
                .problems();
    }

    @Test
    void readsTheDefaults() {
        assertThat(read(config("")))
                .isEqualTo(new FramingSettings(
                        Protocols.RAW, new FrameLimits(65536, BadFrameAction.CLOSE), 8192, 256 * 1024));
    }

    @Test
    void namesKeyValueExpectationAndPlaceOfEveryProblem() {
        assertThat(problems(
                        "penstock.protocol = morse",
                        "penstock.max-frame-size = 0",
                        "penstock.on-bad-frame = explode",
                        "penstock.window.frames = many",
                        "penstock.windows = open"))
                .containsExactlyInAnyOrder(
                        "penstock.protocol: morse (expected: " + NAMES + ") at app.conf: 1",
                        "penstock.max-frame-size: 0 (expected: 1..1073741824) at app.conf: 2",
                        "penstock.on-bad-frame: explode (expected: close|drop|truncate|quarantine) at app.conf: 3",
                        "penstock.window.frames: many (expected: a whole number) at app.conf: 4",
                        "penstock.windows: unknown key (expected: max-frame-size|on-bad-frame|protocol|protocol-config) at app.conf: 5");
    }

    @Test
    void namesTheKeyThatMayHaveBeenMeant() {
        assertThat(problems(
                        "penstock.window.framse = 1",
                        "penstock.windw.frames = 1",
                        "penstock.protokol = raw",
                        "penstock.window.xyzzy = 1"))
                .containsExactlyInAnyOrder(
                        "penstock.window.framse: unknown key (did you mean frames?) at app.conf: 1",
                        "penstock.windw.frames: unknown key (did you mean window.frames?) at app.conf: 2",
                        "penstock.protokol: unknown key (did you mean protocol?) at app.conf: 3",
                        "penstock.window.xyzzy: unknown key (expected: bytes|frames) at app.conf: 4");
    }

    @Test
    void readsDurationsAndOff() {
        SettingsReader reader = new SettingsReader(
                ConfigFactory.parseString("penstock { a = off, b = 10s, c = -1s, d = [x, y], e = \"x, y\" }"));
        assertThat(reader.durationOrOff("a")).isEmpty();
        assertThat(reader.durationOrOff("b")).contains(Duration.ofSeconds(10));
        reader.duration("c");
        assertThat(reader.texts("d")).containsExactly("x", "y");
        assertThat(reader.texts("e")).containsExactly("x", "y");
        assertThat(catchThrowableOfType(InvalidSettingsException.class, reader::finish)
                        .problems())
                .singleElement()
                .asString()
                .startsWith("penstock.c: -1s (expected: > 0) at ");
    }

    @Test
    void readsWholeSecondsAndOff() {
        Duration min = Duration.ofSeconds(10);
        Duration max = Duration.ofHours(1);
        SettingsReader reader = new SettingsReader(ConfigFactory.parseString(
                "penstock { a = off, b = 10s, c = 1h, d = 9s, e = 61m, f = 10500ms, g = soon }"));
        assertThat(reader.secondsOrOff("a", min, max)).isEmpty();
        assertThat(reader.secondsOrOff("b", min, max)).contains(min);
        assertThat(reader.secondsOrOff("c", min, max)).contains(max);
        Stream.of("d", "e", "f", "g")
                .forEach(key -> assertThat(reader.secondsOrOff(key, min, max)).contains(min));
        assertThat(catchThrowableOfType(InvalidSettingsException.class, reader::finish)
                        .problems())
                .satisfiesExactly(
                        d -> assertThat(d).startsWith("penstock.d: 9s (expected: whole seconds, 10s..3600s) at "),
                        e -> assertThat(e).startsWith("penstock.e: 61m (expected: whole seconds, 10s..3600s) at "),
                        f -> assertThat(f).startsWith("penstock.f: 10500ms (expected: whole seconds, 10s..3600s) at "),
                        g -> assertThat(g).startsWith("penstock.g: soon (expected: a duration such as 10s) at "));
    }
}
