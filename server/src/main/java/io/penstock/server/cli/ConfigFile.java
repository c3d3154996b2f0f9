package io.penstock.server.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Reads FILE.conf. */
final class ConfigFile {
    private ConfigFile() {}

    /**
     * Parses it, with what it includes.
     *
     * @throws InvalidSettingsException when there is nothing to read, in one line
     */
    static Config parse(Path file) {
        if (!Files.exists(file)) {
            throw problem(file + ": no such file (expected: a configuration file)");
        }
        if (Files.isDirectory(file)) {
            throw problem(file + ": is a directory (expected: a configuration file)");
        }
        if (!Files.isReadable(file)) {
            throw problem(file + ": cannot be read" + owner(file) + " (expected: a file that this user may read)");
        }
        try {
            return ConfigFactory.parseFile(
                    file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
        } catch (ConfigException e) {
            throw problem(HoconFault.words(e));
        }
    }

    /** Keys that stand at the top of the file and belong below {@code penstock}, where they would be read. */
    static List<String> misplaced(Config file, Reference reference) {
        List<String> warnings = new ArrayList<>();
        file.root().forEach((name, value) -> {
            if (!name.equals(SettingsReader.ROOT) && reference.root().containsKey(name)) {
                warnings.add(name + ": not read (expected: penstock." + name + ") at "
                        + SettingsReader.describe(value.origin()));
            }
        });
        return warnings.stream().sorted().toList();
    }

    private static String owner(Path file) {
        try {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            return ", owner " + attributes.owner().getName() + ", mode "
                    + PosixFilePermissions.toString(attributes.permissions());
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    private static InvalidSettingsException problem(String line) {
        return new InvalidSettingsException(List.of(line));
    }
}
