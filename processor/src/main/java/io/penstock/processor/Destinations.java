package io.penstock.processor;

import io.penstock.processor.FileProcessor.Destination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens what a {@link FileProcessor} writes to: makes directories, takes the lock, tidies up after an earlier process. */
final class Destinations {
    /** Names the lock of a base directory: {@code .penstock.lock} in it. */
    private static final String LOCK = "penstock";

    private Destinations() {}

    /** @throws IOException what cannot be done, in one sentence that names the file */
    static Destination open(Storage storage) throws IOException {
        PathTemplate template = storage.settings().path();
        Path path = template.base().toAbsolutePath();
        try {
            return template.isPlain() ? openFile(path, storage) : openTemplate(template, path, storage);
        } catch (IOException e) {
            String words = FileFault.words(e);
            throw words.startsWith("cannot open ") ? e : new IOException("cannot open " + path + ": " + words, e);
        }
    }

    private static Destination openFile(Path given, Storage storage) throws IOException {
        make(given.getParent(), storage);
        Path path = realPath(given);
        if (Files.isDirectory(path)) {
            throw new IOException("it is a directory");
        }
        boolean device = Files.exists(path) && !Files.isRegularFile(path);
        LockFile lock = device ? null : LockFile.acquire(path);
        try {
            if (!device) {
                tidy(Inventory.ofFile(path), storage);
            }
            Partitions files = new Partitions(storage, file -> file, 1, Optional.empty());
            files.get(path);
            return new Destination(path, lock, files, null);
        } catch (IOException e) {
            release(lock);
            throw e;
        }
    }

    /** At once on stable storage: the next processor would not know that nobody has seen to it. */
    private static void make(@Nullable Path directory, Storage storage) throws IOException {
        storage.directories().make(directory);
        if (storage.synchronises()) {
            storage.directories().force();
        }
    }

    /** Links are followed now: rotation must rename the file, not a link to it, and lock what others lock. */
    private static Path realPath(Path path) throws IOException {
        return Files.exists(path)
                ? path.toRealPath()
                : path.resolveSibling("").toRealPath().resolve(path.getFileName());
    }

    private static Destination openTemplate(PathTemplate template, Path given, Storage storage) throws IOException {
        make(given, storage);
        Path base = given.toRealPath();
        LockFile lock = LockFile.acquire(base.resolve(LOCK));
        try {
            Inventory found = Inventory.of(base);
            tidy(found, storage);
            FileSettings.PartitionLimits limits = storage.settings().partitions();
            FileLimit limit = new FileLimit(
                    base, limits.maxFiles(), found.files(), storage.clock().instant());
            Partitions files = new Partitions(
                    storage,
                    path -> place(base, path, storage.directories()),
                    limits.maxOpen(),
                    Optional.of(limits.closeAfter()));
            return new Destination(base, lock, files, new Router(template, base, limit));
        } catch (IOException e) {
            release(lock);
            throw e;
        }
    }

    private static void tidy(Inventory found, Storage storage) {
        FileSettings.Rotation rotation = storage.settings().rotation();
        for (List<SetAside> files : found.setAside().values()) {
            RotatedFiles.expire(files, storage.clock().instant(), rotation);
        }
        if (rotation.compress() == FileSettings.Compress.GZIP) {
            storage.compression().resume(found);
        }
    }

    /** A partition's real path, its directories made. Links may stand there; they must not lead out of the base. */
    private static Path place(Path base, Path path, Directories directories) throws IOException {
        Path below = base.relativize(path).getParent();
        Path directory = below == null ? base : directories.makeBelow(base, below);
        Path file = directory.resolve(path.getFileName());
        if (Files.isSymbolicLink(file) || Files.exists(file)) {
            file = Directories.inside(base, file);
            if (!Files.isRegularFile(file)) {
                throw new IOException("it is not a file");
            }
        }
        return file;
    }

    private static void release(@Nullable LockFile lock) throws IOException {
        if (lock != null) {
            lock.close();
        }
    }
}
