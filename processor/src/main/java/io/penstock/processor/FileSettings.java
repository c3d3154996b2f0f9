package io.penstock.processor;

import io.penstock.protocol.SettingsReader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where and how {@link FileProcessor} writes.
 *
 * @param path the file
 * @param sync when a batch is synchronised to stable storage
 * @param rotateSize bytes that a batch must not make the file exceed; a batch that is longer alone does
 * @param rotateAge since the file's first entry
 * @param keepAge how long a file is kept that was set aside
 * @param keepSize bytes that all files set aside may be
 */
record FileSettings(
        Path path,
        Sync sync,
        Optional<Long> rotateSize,
        Optional<Duration> rotateAge,
        Optional<Duration> keepAge,
        Optional<Long> keepSize) {
    /** When a batch is synchronised. */
    enum Sync {
        /** Before it is done. */
        BATCH,
        /** When the operating system sees fit. */
        OFF
    }

    /** One file that grows, synchronised for each batch. */
    static FileSettings of(Path path) {
        return new FileSettings(
                path, Sync.BATCH, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Reads the keys below {@code file}.
     *
     * @param used whether the file will be written: only then must its path be there and work
     */
    static FileSettings read(SettingsReader reader, boolean used) {
        return new FileSettings(
                path(reader, used),
                reader.choice("file.sync", Sync.class),
                reader.bytesOrOff("file.rotate-size"),
                reader.durationOrOff("file.rotate-age"),
                reader.durationOrOff("file.keep-age"),
                reader.bytesOrOff("file.keep-size"));
    }

    private static Path path(SettingsReader reader, boolean used) {
        Optional<String> text = reader.optionalText("file.path");
        if (text.isEmpty()) {
            if (used) {
                reader.problem(
                        "penstock.file.path: nothing (expected: the file to append to, such as --set file.path=in.log, as penstock.processor is"
                                + " file) at " + reader.origin("file.path"));
            }
            return Path.of("");
        }
        try {
            Path path = Path.of(text.get());
            if (used) {
                expected(path.toAbsolutePath()).ifPresent(words -> reader.problem("file.path", words));
            }
            return path;
        } catch (InvalidPathException e) {
            reader.problem("file.path", "the path of a file");
            return Path.of("");
        }
    }

    /** What a path would have to be to be written to; empty when it is that. Makes nothing. */
    private static Optional<String> expected(Path path) {
        if (Files.isDirectory(path)) {
            return Optional.of("a file; this is a directory");
        }
        if (Files.exists(path) && !Files.isWritable(path)) {
            return Optional.of("a file that this process may write; it is " + FileFault.owner(path));
        }
        Path above = path.getParent();
        Path parent = above == null ? null : FileFault.nearest(above);
        if (parent == null) {
            return Optional.of("a path below a directory that exists");
        }
        if (!Files.isDirectory(parent)) {
            return Optional.of("a file in a directory; " + parent + " is none");
        }
        boolean device = Files.exists(path) && !Files.isRegularFile(path);
        if (!device && !(Files.isWritable(parent) && Files.isExecutable(parent))) {
            return Optional.of(
                    "a file in a directory that this process may write; " + parent + " is " + FileFault.owner(parent));
        }
        return Optional.empty();
    }
}
