package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.penstock.server.pki.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the tables of the papers, the reference.conf files and the options together. */
class ManualTest {
    /** A table's row whose first two cells are code; the second may be empty. */
    private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\| (?:`([^`]*)`)? *\\|", Pattern.MULTILINE);

    private final Config reference = ConfigFactory.defaultReference();

    @Test
    void theConfigurationPageHasEveryKeyWithItsDefault() throws IOException {
        Map<String, String> keys = keys("", reference.getObject("penstock"))
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> render(entry.getValue())));

        assertThat(rows("docs/configuration.md")).containsExactlyInAnyOrderEntriesOf(keys);
    }

    @Test
    void theReadmeHasEveryOptionWithItsDefault() throws IOException {
        Map<String, String> options = Arrays.stream(ServeOption.values())
                .collect(Collectors.toMap(
                        option -> option.isFlag() ? option.option : option.option + " " + option.label,
                        option -> option.isFlag() ? "" : render(reference.getValue("penstock." + option.key))));
        options.put("--set KEY=VALUE", "");

        assertThat(rows("README.md")).containsExactlyInAnyOrderEntriesOf(options);
    }

    @Test
    void theCertificatesPageHasEveryFindingWithItsSeverity() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "certificates.md"));

        for (Finding.Kind kind : Finding.Kind.values()) {
            assertThat(page)
                    .containsPattern("\\n\\| [^|]*`" + kind.code() + "`[^|]* \\| [^|]*"
                            + kind.severity().word());
        }
    }

    private static Map<String, String> rows(String page) throws IOException {
        Map<String, String> rows = new TreeMap<>();
        ROW.matcher(Files.readString(Path.of("..", page)))
                .results()
                .forEach(row -> assertThat(rows.put(row.group(1).replace("\\|", "|"), cell(row)))
                        .as("a second row for %s", row.group(1))
                        .isNull());
        return rows;
    }

    private static String cell(MatchResult row) {
        return row.group(2) == null ? "" : row.group(2);
    }

    private static Stream<Map.Entry<String, ConfigValue>> keys(String parent, ConfigObject part) {
        return part.entrySet().stream()
                .map(entry -> Map.entry(parent + ConfigUtil.joinPath(entry.getKey()), entry.getValue()))
                .flatMap(entry -> entry.getValue() instanceof ConfigObject object && !object.isEmpty()
                        ? keys(entry.getKey() + ".", object)
                        : Stream.of(entry));
    }

    private static String render(ConfigValue value) {
        return value.valueType() == ConfigValueType.STRING
                ? String.valueOf(value.unwrapped())
                : value.render(ConfigRenderOptions.concise());
    }
}
