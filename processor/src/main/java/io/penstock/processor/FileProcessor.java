package io.penstock.processor;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.Frames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Appends frames to a file: a line for each frame of a delimited protocol ({@link RecordWriter} has the format), the
 * bytes as they are of {@code raw}, where those of several connections interleave by read. With {@code file.sync =
 * batch} a batch that returns is on stable storage.
 *
 * <p>One processor at a time writes a file; {@link LockFile} holds that between processes. A device or a pipe is written
 * to without lock, rotation and retention.
 */
final class FileProcessor implements Processor {
    private final Path path;
    private final FileSettings.Sync sync;
    private final @Nullable LockFile lock;
    private final AppendFile file;

    private FileProcessor(Path path, FileSettings.Sync sync, @Nullable LockFile lock, AppendFile file) {
        this.path = path;
        this.sync = sync;
        this.lock = lock;
        this.file = file;
    }

    /**
     * Makes the directories, takes the lock and opens the file.
     *
     * @throws IOException what cannot be done, in one sentence that names the file
     */
    static FileProcessor open(FileSettings settings, FileLayer layer, Clock clock) throws IOException {
        Path path = settings.path().toAbsolutePath();
        try {
            makeDirectories(path.getParent(), settings, layer);
            return openIn(realPath(path), settings, layer, clock);
        } catch (IOException e) {
            throw new IOException("cannot open " + path + ": " + FileFault.words(e), e);
        }
    }

    private static FileProcessor openIn(Path path, FileSettings settings, FileLayer layer, Clock clock)
            throws IOException {
        if (Files.isDirectory(path)) {
            throw new IOException("it is a directory");
        }
        boolean device = Files.exists(path) && !Files.isRegularFile(path);
        LockFile lock = device ? null : LockFile.acquire(path);
        try {
            return new FileProcessor(path, settings.sync(), lock, AppendFile.open(path, settings, layer, clock));
        } catch (IOException e) {
            release(lock);
            throw e;
        }
    }

    /** Links are followed now: rotation must rename the file, not a link to it, and lock what others lock. */
    private static Path realPath(Path path) throws IOException {
        return Files.exists(path)
                ? path.toRealPath()
                : path.resolveSibling("").toRealPath().resolve(path.getFileName());
    }

    private static void makeDirectories(@Nullable Path directory, FileSettings settings, FileLayer layer)
            throws IOException {
        if (directory == null || Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        makeDirectories(parent, settings, layer);
        layer.createDirectory(directory);
        if (parent != null && settings.sync() == FileSettings.Sync.BATCH) {
            layer.forceDirectory(parent);
        }
    }

    @Override
    public void process(Session session, ByteString frame) throws IOException {
        processAll(session, Frames.single(frame));
    }

    @Override
    public void processAll(Session session, Frames frames) throws IOException {
        try {
            file.append(frames, session.connection().protocol().delimited());
        } catch (IOException e) {
            throw new IOException("cannot append to " + path + ": " + FileFault.words(e), e);
        }
    }

    @Override
    public AckStep reaches() {
        return sync == FileSettings.Sync.BATCH ? AckStep.STORED : AckStep.PROCESSED;
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            release(lock);
        }
    }

    private static void release(@Nullable LockFile lock) throws IOException {
        if (lock != null) {
            lock.close();
        }
    }
}
