package io.penstock.server.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the text that a command line or an environment gives for a key, by the type of the key's default. */
final class Values {
    private static final List<String> YES = List.of("true", "yes", "on");
    private static final List<String> NO = List.of("false", "no", "off");

    private Values() {}

    /**
     * The value. What cannot be read as the key's type stays text: the reader of the settings then says what it
     * expected, in the same words as for a file.
     *
     * @param standard the key's default; none: the key is unknown here, and only what looks like a list or an object
     *     is not text
     */
    static Object read(String text, Optional<ConfigValue> standard) {
        ConfigValueType type = standard.map(ConfigValue::valueType).orElse(ConfigValueType.NULL);
        return switch (type) {
            case STRING -> text;
            case BOOLEAN -> flag(text);
            case NUMBER -> number(text);
            case LIST -> isHocon(text, "[") ? hocon(text) : commas(text);
            case OBJECT -> isHocon(text, "{") ? hocon(text) : text;
            case NULL -> isHocon(text, "[") || isHocon(text, "{") ? hocon(text) : text;
        };
    }

    private static boolean isHocon(String text, String start) {
        return text.stripLeading().startsWith(start);
    }

    private static Object flag(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (YES.contains(lower)) {
            return true;
        }
        return NO.contains(lower) ? (Object) false : text;
    }

    private static Object number(String text) {
        try {
            return Long.valueOf(text.strip());
        } catch (NumberFormatException notWhole) {
            return text;
        }
    }

    private static Object commas(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static Object hocon(String text) {
        try {
            Config config = ConfigFactory.parseString("value = " + text).resolve();
            return config.getValue("value").unwrapped();
        } catch (ConfigException e) {
            return text;
        }
    }
}
