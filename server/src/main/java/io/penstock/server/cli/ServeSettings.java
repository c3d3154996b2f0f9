package io.penstock.server.cli;

import io.penstock.processor.QuarantineSettings;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.ListenerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything below {@code penstock}, as the standalone server reads it.
 *
 * @param listeners at least one, each with what its frames go to
 * @param readyFile receives the address once the port accepts
 * @param log how the log is written
 * @param warnings what is accepted and will not be as it was written
 */
record ServeSettings(
        List<ListenerSettings> listeners, Optional<Path> readyFile, LogSettings log, List<String> warnings) {
    ServeSettings {
        listeners = List.copyOf(listeners);
        warnings = List.copyOf(warnings);
    }

    /** Reads all keys of all modules; problems are left in the reader, which the caller finishes. */
    static ServeSettings read(SettingsReader reader) {
        List<String> warnings = new ArrayList<>();
        List<ListenerSettings> listeners = ListenerSettings.read(reader, warnings::add);
        admin(reader);
        // Whoever opens the quarantine reads them again: it is the actor system's, not a listener's.
        QuarantineSettings.read(reader);
        return new ServeSettings(listeners, readyFile(reader), LogSettings.read(reader), warnings);
    }

    private static void admin(SettingsReader reader) {
        if (!reader.text("admin.listen").equals("off")) {
            reader.problem("admin.listen", "off; the admin pages are not in this version");
        }
    }

    private static Optional<Path> readyFile(SettingsReader reader) {
        Optional<Path> file = reader.optionalPath("ready-file");
        file.filter(path -> Files.isDirectory(path)
                        || !Files.isWritable(path.toAbsolutePath().getParent()))
                .ifPresent(path -> reader.problem("ready-file", "a file in a directory that can be written"));
        return file;
    }
}
