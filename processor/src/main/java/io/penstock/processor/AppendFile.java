package io.penstock.processor;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One file that batches are appended to, and its rotation. What was appended is synchronised by {@link #force} and final
 * with {@link #settle}; until then {@link #undo} takes it away again, as far as the file can still be cut. A batch is
 * never split between two files.
 *
 * <p>A file that is renamed or deleted by somebody else is noticed at the next batch, which goes to a new one. A record
 * that a crash has torn is moved aside ({@link TornTail}).
 */
final class AppendFile implements Closeable {
    private final Path path;
    private final Storage storage;
    private final RotatedFiles rotated;
    private FileLayer.OpenFile file;
    /** Not a device or a pipe. */
    private boolean regular;
    /** What the file system knows the file by; null where it has no such thing. */
    private @Nullable Object key;
    /** When the oldest entry of the file was made, as far as it is known. */
    private Instant since = Instant.EPOCH;
    /** Whether what stood in the file when it was opened needs no more looking at. */
    private boolean examined;
    /** Whether the file's last byte is known not to be an LF. */
    private boolean midLine;
    /** Whether it was written to since the last commit. */
    private boolean dirty;
    /** Its length at the last commit; means something while it is dirty. */
    private long committed;

    private Instant used;

    /**
     * How a file of ours was when it was closed.
     *
     * @param size in bytes
     * @param midLine whether its last byte is not an LF
     */
    record Left(long size, boolean midLine) {
        /** Nothing is known of it. */
        static final Left UNKNOWN = new Left(0, false);
    }

    private AppendFile(Path path, Left left, Storage storage) throws IOException {
        this.path = path;
        this.storage = storage;
        this.rotated = new RotatedFiles(path);
        this.used = storage.clock().instant();
        this.file = openFile(left);
    }

    /**
     * Opens a file, or makes it.
     *
     * @param path a real one, in a directory that is there
     * @param left how it was closed
     * @throws IOException in one sentence that names the file; so do the other methods
     */
    static AppendFile open(Path path, Left left, Storage storage) throws IOException {
        try {
            return new AppendFile(path, left, storage);
        } catch (IOException e) {
            throw new IOException("cannot open " + path + ": " + FileFault.words(e), e);
        }
    }

    private FileLayer.OpenFile openFile(Left left) throws IOException {
        boolean there = Files.exists(path);
        regular = !there || Files.isRegularFile(path);
        boolean asLeft = there && regular && Files.size(path) == left.size();
        examined = !there || !regular || asLeft;
        midLine = asLeft && left.midLine();
        dirty = false;
        switch (storage.settings().envelope()) {
            // Lines or raw bytes: that is known with the first batch.
            case NONE -> {}
            case JSON -> examine(TornTail::lines, 0);
            case LENGTH -> examine(TornTail::lengths, left.size());
        }
        FileLayer.OpenFile opened = storage.layer().append(path);
        try {
            takeOver(there);
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private void examine(TornTail.Format format, long from) throws IOException {
        if (!examined) {
            TornTail.repair(path, format, from, storage.layer(), storage.clock().instant());
            examined = true;
        }
    }

    private void takeOver(boolean there) throws IOException {
        if (!regular) {
            return;
        }
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        key = attributes.fileKey();
        // The time of birth; the JDK gives that of the last change where a file system has none.
        since = attributes.creationTime().toInstant();
        if (there) {
            storage.directories().used(directory());
        } else {
            storage.directories().changed(directory());
        }
    }

    private Path directory() {
        return path.resolveSibling("");
    }

    /** Appends a batch; returns when it is with the operating system. */
    void append(Batch batch) throws IOException {
        try {
            prepare(batch);
            write(batch);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void prepare(Batch batch) throws IOException {
        used = batch.time();
        if (key != null && !key.equals(keyOfPath())) {
            reopen();
        }
        if (!examined && storage.writer().writesLines(batch)) {
            file.close();
            examine(TornTail::lines, 0);
            file = openFile(Left.UNKNOWN);
        }
        examined = true;
        if (isDue(storage.writer().estimate(batch))) {
            rotate();
        }
    }

    private @Nullable Object keyOfPath() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private void write(Batch batch) throws IOException {
        // Asked each time: somebody else may have truncated the file to save space.
        long before = file.size();
        committed = dirty ? Math.min(committed, before) : before;
        dirty = true;
        if (before == 0) {
            since = storage.clock().instant();
            midLine = false;
        }
        try {
            boolean lines = storage.writer().writesLines(batch);
            storage.writer().write(batch, lines && midLine, file);
            midLine = !lines && !batch.endsInLineFeed();
        } catch (RuntimeException | Error e) {
            // The batch's fault or the machine's: other batches stand.
            truncate(before, e);
            throw e;
        }
    }

    /** Returns when what was appended is on stable storage. */
    void force() throws IOException {
        if (dirty) {
            try {
                file.force();
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    /** What was appended stays. */
    void settle() {
        dirty = false;
    }

    /**
     * Takes away what was appended since the last {@link #settle}.
     *
     * @param cause takes up what fails
     */
    void undo(Throwable cause) {
        if (dirty) {
            dirty = false;
            truncate(committed, cause);
        }
    }

    private void truncate(long size, Throwable cause) {
        try {
            file.truncate(size);
        } catch (IOException e) {
            midLine = true;
            cause.addSuppressed(e);
        }
    }

    private IOException failed(IOException e) {
        return new IOException("cannot append to " + path + ": " + FileFault.words(e), e);
    }

    private boolean isDue(long batch) throws IOException {
        long size = regular ? file.size() : 0;
        if (size == 0) {
            return false;
        }
        FileSettings.Rotation rotation = storage.settings().rotation();
        boolean full = rotation.size().filter(max -> batch > max - size).isPresent();
        Duration age = Duration.between(since, storage.clock().instant());
        return full || rotation.age().filter(max -> age.compareTo(max) >= 0).isPresent();
    }

    private void rotate() throws IOException {
        Path target = rotated.nextName(storage.clock().instant());
        synchroniseEarly();
        // Some systems rename no open file.
        file.close();
        storage.layer().move(path, target);
        storage.closedEarly().moved(path, target);
        if (dirty) {
            storage.closedEarly().add(target, committed);
        }
        storage.compression().setAside(target);
        file = openFile(Left.UNKNOWN);
        rotated.expire(storage.clock().instant(), storage.settings().rotation());
    }

    /** Somebody has renamed it: what was appended cannot be found to be undone, only to be kept. */
    private void reopen() throws IOException {
        synchroniseEarly();
        file.close();
        file = openFile(Left.UNKNOWN);
    }

    private void synchroniseEarly() throws IOException {
        if (dirty && storage.synchronises()) {
            file.force();
        }
    }

    /** Closes the file, also before the commit that would be due. */
    Left retire() throws IOException {
        try {
            synchroniseEarly();
            if (dirty) {
                storage.closedEarly().add(path, committed);
            }
            Left left = new Left(file.size(), midLine);
            file.close();
            return left;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** When it was appended to last, or opened. */
    Instant used() {
        return used;
    }

    @Override
    public void close() throws IOException {
        try {
            synchroniseEarly();
        } finally {
            file.close();
        }
    }
}
