package io.penstock.server.cli;

import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.Processors;
import io.penstock.processor.SupervisionSettings;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.Acknowledging;
import io.penstock.server.ServerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything below {@code penstock}, as the standalone server reads it.
 *
 * @param server the listener's
 * @param processors makes the processor that was named
 * @param supervision what follows when it fails
 * @param readyFile receives the address once the port accepts
 * @param log how the log is written
 * @param warnings what is accepted and will not be as it was written
 */
record ServeSettings(
        ServerSettings server,
        ProcessorFactory processors,
        SupervisionSettings supervision,
        Optional<Path> readyFile,
        LogSettings log,
        List<String> warnings) {
    ServeSettings {
        warnings = List.copyOf(warnings);
    }

    /** Reads all keys of all modules; problems are left in the reader, which the caller finishes. */
    static ServeSettings read(SettingsReader reader) {
        ServerSettings server = ServerSettings.read(reader);
        admin(reader);
        List<String> warnings = new ArrayList<>();
        String wanted = reader.text("max-connections");
        if (!wanted.equals("auto") && !wanted.equals(Integer.toString(server.maxConnections()))) {
            warnings.add("penstock.max-connections: " + wanted + " is cut to " + server.maxConnections()
                    + ", which the limit of open files leaves room for (raise it with ulimit -n)");
        }
        ProcessorFactory processors = Processors.read(reader);
        Acknowledging.check(reader, server.ack(), processors.reaches());
        Acknowledging.warning(server.ack(), server.framing().protocol()).ifPresent(warnings::add);
        return new ServeSettings(
                server,
                processors,
                SupervisionSettings.read(reader),
                readyFile(reader),
                LogSettings.read(reader),
                warnings);
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
