package io.penstock.processor;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where and how frames are kept that were set aside.
 *
 * @param path the directory; empty where nobody has said, which is an error only once it is used
 * @param maxSize bytes that all files may be together, each counted as at least {@link QuarantineFiles#LEAST_COST}
 * @param whenFull what happens to a frame that has no room
 * @param keepAge how long a frame is kept
 * @param payload whether the payload is kept, or only what is known of it
 */
public record QuarantineSettings(
        Optional<Path> path, long maxSize, WhenFull whenFull, Optional<Duration> keepAge, boolean payload) {
    static final String NO_PATH =
            "penstock.quarantine.path: nothing (expected: a directory, as frames are to be set aside)";

    /** What happens to a frame that has no room. */
    public enum WhenFull {
        /** It is not kept, and its connection closes without acknowledging it. */
        REFUSE,
        /** The oldest are deleted until it has. */
        DROP_OLDEST
    }

    /**
     * Reads {@code penstock} of a configuration that includes the modules' {@code reference.conf}.
     *
     * @throws io.penstock.protocol.InvalidSettingsException with every problem found
     */
    public static QuarantineSettings from(Config config) {
        SettingsReader reader = new SettingsReader(config);
        QuarantineSettings settings = read(reader);
        reader.check();
        return settings;
    }

    /** Reads the keys below {@code quarantine}; problems are left in the reader. Nothing is looked up on disk. */
    public static QuarantineSettings read(SettingsReader reader) {
        return new QuarantineSettings(
                reader.optionalPath("quarantine.path"),
                reader.bytes("quarantine.max-size", QuarantineFiles.LEAST_COST, Long.MAX_VALUE),
                reader.choice("quarantine.when-full", WhenFull.class),
                reader.durationOrOff("quarantine.keep-age"),
                reader.flag("quarantine.payload"));
    }

    /** Whether any listener sets frames aside, so that there must be a quarantine. */
    public static boolean isUsed(Config config) {
        Config root = config.getConfig(SettingsReader.ROOT);
        Stream<ConfigValue> listeners =
                root.hasPath("listeners") ? root.getObject("listeners").values().stream() : Stream.empty();
        return setsAside(root)
                || listeners.anyMatch(
                        listener -> listener instanceof ConfigObject object && setsAside(object.toConfig()));
    }

    private static boolean setsAside(Config listener) {
        return Stream.of("on-bad-frame", "on-processor-failure")
                .anyMatch(key -> listener.hasPath(key)
                        && "quarantine".equals(listener.getValue(key).unwrapped()));
    }

    /**
     * Why frames cannot be set aside, where they are to be: no directory is named, or it is not one that this process may
     * write to. Makes nothing.
     *
     * @return a line for each problem
     */
    public static List<String> problems(Config config) {
        if (!isUsed(config)) {
            return List.of();
        }
        SettingsReader reader = new SettingsReader(config);
        Optional<Path> path = reader.optionalPath("quarantine.path");
        if (path.isPresent()) {
            DirectoryFault.expected(path.get().toAbsolutePath())
                    .ifPresent(words -> reader.problem("quarantine.path", words));
        } else {
            reader.problem(NO_PATH + " at " + reader.origin("quarantine.path"));
        }
        try {
            reader.check();
            return List.of();
        } catch (InvalidSettingsException e) {
            return e.problems();
        }
    }
}
