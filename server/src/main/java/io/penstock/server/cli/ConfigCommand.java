package io.penstock.server.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.penstock.protocol.SettingsReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Prints the effective configuration, in lines that are a configuration file again. */
final class ConfigCommand {
    /** Beyond this a line's origin is not aligned with the others: one long value must not push all of them away. */
    private static final int COLUMN = 60;

    private static final String LISTENERS = SettingsReader.ROOT + ".listeners";

    private ConfigCommand() {}

    /** Every key below {@code penstock}, sorted, with its value and where that comes from. */
    static void print(Config config, PrintStream out) {
        TreeMap<String, ConfigValue> values = new TreeMap<>();
        config.withOnlyPath(SettingsReader.ROOT)
                .entrySet()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue()));
        emptySections(config).forEach(values::put);
        List<String> lines = new ArrayList<>();
        values.forEach((key, value) -> lines.add(key + " = " + shown(key, value)));
        int width = lines.stream()
                .mapToInt(String::length)
                .filter(length -> length <= COLUMN)
                .max()
                .orElse(0);
        int line = 0;
        for (ConfigValue value : values.values()) {
            String text = lines.get(line++);
            out.println(text + " ".repeat(Math.max(0, width - text.length())) + "   # "
                    + SettingsReader.describe(value.origin()));
        }
    }

    /** Listeners that are all default: they have no key that would show them. */
    private static Map<String, ConfigValue> emptySections(Config config) {
        Map<String, ConfigValue> sections = new TreeMap<>();
        if (config.hasPath(LISTENERS)) {
            config.getObject(LISTENERS).forEach((name, section) -> {
                if (section instanceof ConfigObject object && object.isEmpty()) {
                    sections.put(LISTENERS + "." + ConfigUtil.joinPath(name), section);
                }
            });
        }
        return sections;
    }

    private static String shown(String key, ConfigValue value) {
        return SettingsReader.isSecret(key) || holdsSecret(value)
                ? ConfigUtil.quoteString(SettingsReader.REDACTED)
                : value.render(ConfigRenderOptions.concise());
    }

    /** Objects within a list have no line of their own in which a key of theirs could be redacted. */
    private static boolean holdsSecret(ConfigValue value) {
        if (value instanceof ConfigObject object) {
            return object.entrySet().stream()
                    .anyMatch(entry -> SettingsReader.isSecret(entry.getKey()) || holdsSecret(entry.getValue()));
        }
        return value instanceof ConfigList list && list.stream().anyMatch(ConfigCommand::holdsSecret);
    }
}
