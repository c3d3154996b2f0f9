package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserProtocolTest {
    /** Lines by another name. */
    public static class Plain implements Protocol {
        @Override
        public String name() {
            return "plain";
        }

        @Override
        public boolean delimited() {
            return true;
        }

        @Override
        public FrameDecoder newDecoder(FrameLimits limits) {
            return Protocols.LINES.newDecoder(limits);
        }

        @Override
        public FrameEncoder encoder() {
            return Protocols.LINES.encoder();
        }
    }

    public static final class Configured extends Plain {
        private final String name;

        public Configured(Config config) {
            name = config.getString("name");
        }

        @Override
        public String name() {
            return name;
        }
    }

    public static final class Private extends Plain {
        private Private() {}
    }

    static final class Hidden extends Plain {}

    public abstract static class Unfinished extends Plain {}

    private static String named(Class<?> type) {
        return "protocol = \"" + type.getName() + "\"";
    }

    private static Protocol read(String settings) {
        SettingsReader reader = new SettingsReader(ConfigFactory.parseString("penstock { " + settings + " }")
                .withFallback(ConfigFactory.parseResources("reference.conf")));
        FramingSettings framing = FramingSettings.read(reader);
        reader.finish();
        return framing.protocol();
    }

    private static String problem(String settings) {
        var problems = catchThrowableOfType(InvalidSettingsException.class, () -> read(settings))
                .problems();
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    @Test
    void isMadeWithNothing() {
        assertThat(read(named(Plain.class)).name()).isEqualTo("plain");
    }

    @Test
    void isMadeWithItsOwnConfiguration() {
        assertThat(read(named(Configured.class) + ", protocol-config.name = orders")
                        .name())
                .isEqualTo("orders");
    }

    @Test
    void mayHaveAnyKeyOfItsOwn() {
        assertThat(read("protocol = lines, protocol-config.a.b = 1").name()).isEqualTo("lines");
    }

    @Test
    void whoseConstructorThrowsIsAProblemOfTheSettings() {
        assertThat(problem(named(Configured.class)))
                .startsWith("penstock.protocol: " + Configured.class.getName() + " (its constructor failed: Missing: ")
                .contains("name");
    }

    @Test
    void whichIsNotThereIsSaid() {
        assertThat(problem("protocol = com.acme.None"))
                .startsWith("penstock.protocol: com.acme.None (expected: a class on the class path; its jar belongs in"
                        + " lib/ext/ of the distribution)");
    }

    @Test
    void whichIsNoneIsSaid() {
        assertThat(problem("protocol = java.lang.String"))
                .startsWith("penstock.protocol: java.lang.String (expected: a class that implements"
                        + " io.penstock.protocol.Protocol)");
    }

    @ParameterizedTest
    @ValueSource(classes = {Private.class, Hidden.class, Unfinished.class})
    void whichCannotBeMadeIsSaid(Class<?> type) {
        assertThat(problem(named(type)))
                .contains("(expected: a public class, not abstract, with a public constructor that takes nothing or a"
                        + " com.typesafe.config.Config)");
    }
}
