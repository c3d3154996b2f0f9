package io.penstock.server.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.penstock.protocol.SettingsReader;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The defaults of every module's {@code reference.conf}: which keys there are, and of which type. */
final class Reference {
    private static final Pattern SECTION = Pattern.compile("penstock\\.(?:listeners|tee)\\.[^.]+\\.(.+)");

    /** Without the system properties: they are values, and must not decide the type of a key. */
    private final Config defaults = ConfigFactory.defaultReferenceUnresolved();

    private final Config penstock = defaults.withOnlyPath(SettingsReader.ROOT).resolve();

    Config defaults() {
        return defaults;
    }

    /** Everything below {@code penstock}. */
    ConfigObject root() {
        return penstock.getObject(SettingsReader.ROOT);
    }

    /** A key's default, also of one in the section of a listener or a branch; nothing for an unknown one, and for what is not Penstock's. */
    Optional<ConfigValue> value(String path) {
        Matcher section = SECTION.matcher(path);
        if (section.matches()) {
            return value(SettingsReader.ROOT + "." + section.group(1));
        }
        return penstock.hasPath(path) ? Optional.of(penstock.getValue(path)) : Optional.empty();
    }

    /** Keys by the environment variable that sets them: {@code PENSTOCK_TLS_CLIENT_AUTH} is {@code penstock.tls.client-auth}. */
    Map<String, String> variables() {
        Map<String, String> names = new TreeMap<>();
        penstock.entrySet().forEach(entry -> names.put(variable(entry.getKey()), entry.getKey()));
        return names;
    }

    /** Cannot be turned round, as dots and dashes become the same; so names are made from the known keys. */
    static String variable(String path) {
        return String.join("_", ConfigUtil.splitPath(path)).replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
