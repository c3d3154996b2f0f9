package io.penstock.processor;

import io.penstock.processor.FileSettings.PartitionLimits;
import io.penstock.processor.FileSettings.Rotation;
import io.penstock.processor.FileSettings.Sync;
import io.penstock.protocol.Frames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;

/** Settings and frames for tests of files. */
final class FileFixtures {
    private FileFixtures() {}

    static FileSettings settings(Path file) {
        return FileSettings.of(PathTemplate.plain(file));
    }

    static FileSettings settings(Path file, Rotation rotation) {
        return new FileSettings(
                PathTemplate.plain(file), Sync.BATCH, Envelope.NONE, rotation, PartitionLimits.DEFAULTS);
    }

    static FileSettings settings(Path file, Envelope envelope) {
        return new FileSettings(
                PathTemplate.plain(file), Sync.BATCH, envelope, Rotation.NEVER, PartitionLimits.DEFAULTS);
    }

    static FileSettings template(Path base, String template, PartitionLimits limits) {
        return new FileSettings(
                PathTemplate.parse(base + "/" + template), Sync.BATCH, Envelope.NONE, Rotation.NEVER, limits);
    }

    static Frames frames(String... payloads) {
        return Frames.of(Arrays.stream(payloads).map(ByteString::fromString).toList());
    }

    /** The files in a directory and below, sorted, without hidden ones. */
    static List<String> names(Path dir) throws IOException {
        try (Stream<Path> all = Files.walk(dir)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .map(file -> dir.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
