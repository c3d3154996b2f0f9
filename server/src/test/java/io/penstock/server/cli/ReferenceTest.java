package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.penstock.protocol.SettingsReader;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the reference.conf files, their comments and the readers together. */
class ReferenceTest {
    private final Config reference = ConfigFactory.defaultReference();

    @Test
    void everyKeyIsReadAndEveryKeyThatIsReadIsThere() {
        SettingsReader reader = new SettingsReader(reference);

        ServeSettings.read(reader);

        // A key that nobody has read is an unknown key; one that is read and not there has no value to accept.
        reader.finish();
    }

    @Test
    void everyKeyIsExplainedAboveItself() {
        assertThat(keys("penstock", reference.getObject("penstock")))
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(String.join("", comments(entry.getValue())))
                        .as(entry.getKey())
                        .isNotBlank());
    }

    @Test
    void everyOptionIsAKey() {
        Reference known = new Reference();

        assertThat(ServeOption.values())
                .allSatisfy(option -> assertThat(known.value("penstock." + option.key))
                        .as(option.option)
                        .isPresent());
    }

    @Test
    void noDefaultIsASecretInDisguise() {
        assertThat(new Reference().variables().values()).noneMatch(SettingsReader::isSecret);
    }

    private static Stream<Map.Entry<String, ConfigValue>> keys(String path, ConfigObject part) {
        return part.entrySet().stream()
                .map(entry -> Map.entry(path + "." + ConfigUtil.joinPath(entry.getKey()), entry.getValue()))
                .flatMap(entry -> entry.getValue() instanceof ConfigObject object && !object.isEmpty()
                        ? keys(entry.getKey(), object)
                        : Stream.of(entry));
    }

    private static List<String> comments(ConfigValue value) {
        return value.origin().comments();
    }
}
