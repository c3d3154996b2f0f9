package io.penstock.processor;

import io.penstock.protocol.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where and how {@link FileProcessor} writes.
 *
 * @param path the file, or the template of many
 * @param sync when a batch is synchronised to stable storage
 * @param envelope what is written of each frame
 * @param partitions limits on the files of a template
 */
record FileSettings(PathTemplate path, Sync sync, Envelope envelope, Rotation rotation, PartitionLimits partitions) {
    /** When a batch is synchronised. */
    enum Sync {
        /** Before it is done. */
        BATCH,
        /** When the operating system sees fit. */
        OFF
    }

    /** What becomes of files set aside. */
    enum Compress {
        OFF,
        GZIP
    }

    /**
     * When a file is set aside, and what becomes of it.
     *
     * @param size bytes that a batch must not make the file exceed; a batch that is longer alone does
     * @param age since the file's first entry
     * @param keepAge how long a file is kept that was set aside
     * @param keepSize bytes that all files set aside may be
     */
    record Rotation(
            Optional<Long> size,
            Optional<Duration> age,
            Optional<Duration> keepAge,
            Optional<Long> keepSize,
            Compress compress) {
        static final Rotation NEVER =
                new Rotation(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Compress.OFF);

        /** Whether files are deleted at all. */
        boolean deletes() {
            return keepAge.isPresent() || keepSize.isPresent();
        }
    }

    /**
     * Limits on the files of a template.
     *
     * @param maxOpen files open at a time
     * @param closeAfter nothing was written to a file for so long
     * @param maxFiles files in the base directory
     */
    record PartitionLimits(int maxOpen, Duration closeAfter, int maxFiles) {
        static final PartitionLimits DEFAULTS = new PartitionLimits(128, Duration.ofMinutes(5), 10_000);
    }

    /** Files that grow, synchronised for each commit. */
    static FileSettings of(PathTemplate path) {
        return new FileSettings(path, Sync.BATCH, Envelope.NONE, Rotation.NEVER, PartitionLimits.DEFAULTS);
    }

    /**
     * Reads the keys below {@code file}.
     *
     * @param used whether the file will be written: only then must its path be there and work
     */
    static FileSettings read(SettingsReader reader, Envelope envelope, boolean used) {
        return new FileSettings(
                path(reader, used),
                reader.choice("file.sync", Sync.class),
                envelope,
                new Rotation(
                        reader.bytesOrOff("file.rotate-size"),
                        reader.durationOrOff("file.rotate-age"),
                        reader.durationOrOff("file.keep-age"),
                        reader.bytesOrOff("file.keep-size"),
                        reader.choice("file.compress", Compress.class)),
                new PartitionLimits(
                        reader.integer("file.max-open", 1, Integer.MAX_VALUE),
                        reader.duration("file.close-after"),
                        reader.integer("file.max-files", 1, Integer.MAX_VALUE)));
    }

    private static PathTemplate path(SettingsReader reader, boolean used) {
        Optional<String> text = reader.optionalText("file.path");
        PathTemplate nothing = PathTemplate.plain(Path.of(""));
        if (text.isEmpty()) {
            if (used) {
                reader.problem(
                        "penstock.file.path: nothing (expected: the file to append to, such as --set file.path=in.log, as penstock."
                                + reader.names().of("processor") + " is file) at " + reader.origin("file.path"));
            }
            return nothing;
        }
        try {
            PathTemplate template = PathTemplate.parse(text.get());
            if (used) {
                expected(template).ifPresent(words -> reader.problem("file.path", words));
            }
            return template;
        } catch (IllegalArgumentException e) {
            reader.problem("file.path", String.valueOf(e.getMessage()));
            return nothing;
        }
    }

    private static Optional<String> expected(PathTemplate template) {
        Path base = template.base().toAbsolutePath();
        return template.isPlain() ? expectedOfFile(base) : expectedOfDirectory(base);
    }

    /** What a path would have to be to be written to; empty when it is that. Makes nothing. */
    private static Optional<String> expectedOfFile(Path path) {
        if (Files.isDirectory(path)) {
            return Optional.of("a file; this is a directory");
        }
        if (Files.exists(path) && !Files.isWritable(path)) {
            return Optional.of("a file that this process may write; it is " + FileFault.owner(path));
        }
        boolean device = Files.exists(path) && !Files.isRegularFile(path);
        Path above = path.getParent();
        if (above == null) {
            return Optional.of("a path below a directory that exists");
        }
        return device ? Optional.empty() : expectedOfDirectory(above);
    }

    private static Optional<String> expectedOfDirectory(Path directory) {
        Path nearest = FileFault.nearest(directory);
        if (nearest == null) {
            return Optional.of("a path below a directory that exists");
        }
        if (!Files.isDirectory(nearest)) {
            return Optional.of("a file in a directory; " + nearest + " is none");
        }
        if (!(Files.isWritable(nearest) && Files.isExecutable(nearest))) {
            return Optional.of("a file in a directory that this process may write; " + nearest + " is "
                    + FileFault.owner(nearest));
        }
        return Optional.empty();
    }
}
