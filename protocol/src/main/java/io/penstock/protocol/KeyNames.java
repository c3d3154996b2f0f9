package io.penstock.protocol;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;

/**
 * How a listener's keys are called in messages: below its section when they are set there, else as they are. Below
 * {@code penstock}, which is not part of a key.
 */
public final class KeyNames {
    /** Of who has no section. */
    public static final KeyNames FLAT = new KeyNames("", ConfigFactory.empty().root());

    private static final String PREFIX = SettingsReader.ROOT + ".";

    private final String section;
    private final Config own;

    KeyNames(String section, ConfigObject own) {
        this.section = section;
        this.own = own.toConfig();
    }

    /** Whether there is no section. */
    public boolean isFlat() {
        return section.isEmpty();
    }

    /** {@code listeners.api.port}, or {@code port} when the section does not set it. */
    public String of(String key) {
        return !isFlat() && own.hasPathOrNull(key) ? section + "." + key : key;
    }

    /** A message with the name of the key that it begins with: {@code penstock.tls.cert: …}. */
    public String in(String line) {
        int end = line.indexOf(": ");
        if (isFlat() || end < 0 || !line.startsWith(PREFIX)) {
            return line;
        }
        try {
            return PREFIX + of(line.substring(PREFIX.length(), end)) + line.substring(end);
        } catch (ConfigException notAKey) {
            return line;
        }
    }

    /** What the section sets. */
    Config own() {
        return own;
    }
}
