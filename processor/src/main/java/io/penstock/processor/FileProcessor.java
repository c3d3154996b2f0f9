package io.penstock.processor;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.Frames;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Appends frames to a file, or to one of many as its path says ({@link PathTemplate}); {@link RecordWriter} has the
 * formats. With {@code file.sync = batch} everything since the last commit is synchronised at once by {@link #commit}.
 *
 * <p>A failure of the file system is never a frame's: what was written since the last commit is undone, and all of it is
 * held until it can be written. One processor at a time writes a file or a base directory; {@link LockFile} holds that
 * between processes. A device or a pipe is written to without lock, rotation and retention.
 */
final class FileProcessor implements Processor {
    private final Storage storage;
    private final Destination destination;

    private FileProcessor(Storage storage, Destination destination) {
        this.storage = storage;
        this.destination = destination;
    }

    /**
     * Where frames go.
     *
     * @param lock null for what is not locked
     * @param router null for one file
     */
    record Destination(
            Path path,
            @Nullable LockFile lock,
            Partitions files,
            @Nullable Router router) {}

    /**
     * Makes the directories, takes the lock and opens the file, if it is one.
     *
     * @throws IOException what cannot be done, in one sentence that names the file
     */
    static FileProcessor open(FileSettings settings, FileLayer layer, Clock clock) throws IOException {
        Storage storage = Storage.of(settings, layer, clock);
        try {
            return new FileProcessor(storage, Destinations.open(storage));
        } catch (IOException e) {
            storage.compression().close();
            throw e;
        }
    }

    @Override
    public void process(Session session, ByteString frame) throws ProcessorUnavailableException {
        processAll(session, Frames.single(frame));
    }

    @Override
    public void processAll(Session session, Frames frames) throws ProcessorUnavailableException {
        try {
            for (Map.Entry<Path, Batch> part : route(session, frames).entrySet()) {
                destination.files().get(part.getKey()).append(part.getValue());
            }
            if (!commits()) {
                destination.files().settle();
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private Map<Path, Batch> route(Session session, Frames frames) throws IOException {
        Instant now = storage.clock().instant();
        Router router = destination.router();
        return router == null
                ? Map.of(destination.path(), Batch.of(session.connection(), now, frames))
                : router.route(session.connection(), now, frames);
    }

    @Override
    public boolean commits() {
        return storage.synchronises();
    }

    @Override
    public void commit() throws ProcessorUnavailableException {
        try {
            destination.files().commit();
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private ProcessorUnavailableException unavailable(IOException e) {
        destination.files().undo(e);
        return new ProcessorUnavailableException(e.getMessage() + "; frames are held until it can be written", e);
    }

    @Override
    public AckStep reaches() {
        return reaches(storage.settings());
    }

    static AckStep reaches(FileSettings settings) {
        return settings.sync() == FileSettings.Sync.BATCH ? AckStep.STORED : AckStep.PROCESSED;
    }

    @Override
    public void close() throws IOException {
        try {
            destination.files().close();
        } finally {
            storage.compression().close();
            LockFile lock = destination.lock();
            if (lock != null) {
                lock.close();
            }
        }
    }
}
