package io.penstock.protocol;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import org.jspecify.annotations.Nullable;

/**
 * How the keys of a section are called in messages: below it when they are set there, else as those are called over which
 * it is laid. Below {@code penstock}, which is not part of a key.
 */
public final class KeyNames {
    /** Of who has no section. */
    public static final KeyNames FLAT =
            new KeyNames(null, "", ConfigFactory.empty().root());

    private static final String PREFIX = SettingsReader.ROOT + ".";

    /** Of the keys below the section's; null: there are none below. */
    private final @Nullable KeyNames base;

    private final String section;
    private final Config own;

    KeyNames(@Nullable KeyNames base, String section, ConfigObject own) {
        this.base = base;
        this.section = section;
        this.own = own.toConfig();
    }

    /** Whether there is no section. */
    public boolean isFlat() {
        return base == null;
    }

    /** {@code listeners.api.port}, or {@code port} when the section does not set it. */
    public String of(String key) {
        return base == null ? key : base.of(own.hasPathOrNull(key) ? section + "." + key : key);
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
