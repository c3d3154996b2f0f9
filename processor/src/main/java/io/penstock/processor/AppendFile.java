package io.penstock.processor;

import io.penstock.protocol.Frames;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One file that batches of frames are appended to, and its rotation. A batch is in the file whole or not at all, as far
 * as the file can still be cut when writing fails; and it is never split between two files.
 *
 * <p>What a crash tears is not repaired: a line that was cut off by it is ended before the next one, and stands there as
 * the line it is. A file that is renamed or deleted by somebody else is noticed at the next batch, which goes to a new
 * one.
 */
final class AppendFile implements Closeable {
    private final Path path;
    private final FileSettings settings;
    private final FileLayer layer;
    private final Clock clock;
    private final RotatedFiles rotated;
    private final RecordWriter writer = new RecordWriter();
    private FileLayer.OpenFile file;
    /** Not a device or a pipe. */
    private boolean regular;
    /** What the file system knows the file by; null where it has no such thing. */
    private @Nullable Object key;
    /** When the oldest entry of the file was made, as far as it is known. */
    private Instant since = Instant.EPOCH;
    /** Whether the file's last byte is not an LF. */
    private boolean midLine;

    private AppendFile(Path path, FileSettings settings, FileLayer layer, Clock clock) throws IOException {
        this.path = path;
        this.settings = settings;
        this.layer = layer;
        this.clock = clock;
        this.rotated = new RotatedFiles(path);
        this.file = layer.append(path);
    }

    /** Opens a file, or makes it. */
    static AppendFile open(Path path, FileSettings settings, FileLayer layer, Clock clock) throws IOException {
        AppendFile file = new AppendFile(path, settings, layer, clock);
        try {
            file.takeOver();
            file.expire();
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** After the file was opened: makes its name durable, and finds out what an earlier process has left in it. */
    private void takeOver() throws IOException {
        midLine = false;
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        regular = attributes.isRegularFile();
        if (!regular) {
            return;
        }
        key = attributes.fileKey();
        // The time of birth; the JDK gives that of the last change where a file system has none.
        since = attributes.creationTime().toInstant();
        if (attributes.size() > 0) {
            midLine = lastByte() != '\n';
        }
        // Also when the file was there: who made it may have crashed before this.
        if (settings.sync() == FileSettings.Sync.BATCH) {
            layer.forceDirectory(path.resolveSibling(""));
        }
    }

    private int lastByte() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return channel.read(last, channel.size() - 1) == 1 ? last.get(0) : -1;
        }
    }

    private void expire() throws IOException {
        rotated.expire(clock.instant(), settings.keepAge(), settings.keepSize());
    }

    /**
     * Appends a batch; returns when it is written, and synchronised where that is configured.
     *
     * @param delimited a line for each frame; else the bytes as they are
     * @throws IOException none of the batch is in the file; or, where the exception has a suppressed one, cutting the
     *     file back failed, too, and a part of it may be
     */
    void append(Frames frames, boolean delimited) throws IOException {
        if (key != null && !key.equals(keyOfPath())) {
            reopen();
        }
        if (isDue(frames.payloadBytes() + (delimited ? frames.size() : 0))) {
            rotate();
        }
        // Asked each time: somebody else may have truncated the file to save space.
        long before = file.size();
        if (before == 0) {
            since = clock.instant();
            midLine = false;
        }
        try {
            write(frames, delimited);
        } catch (IOException | RuntimeException | Error e) {
            undo(before, e);
            throw e;
        }
        midLine = !delimited && !endsInLineFeed(frames);
    }

    private @Nullable Object keyOfPath() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private void write(Frames frames, boolean delimited) throws IOException {
        if (delimited) {
            writer.writeLines(frames, midLine, file);
        } else {
            writer.writeRaw(frames, file);
        }
        if (settings.sync() == FileSettings.Sync.BATCH) {
            file.force();
        }
    }

    private void undo(long before, Throwable cause) {
        try {
            file.truncate(before);
        } catch (IOException e) {
            midLine = true;
            cause.addSuppressed(e);
        }
    }

    private boolean endsInLineFeed(Frames frames) {
        for (int i = frames.size() - 1; i >= 0; i--) {
            ByteString frame = frames.get(i);
            if (!frame.isEmpty()) {
                return frame.apply(frame.size() - 1) == '\n';
            }
        }
        return !midLine;
    }

    private boolean isDue(long batch) throws IOException {
        long size = regular ? file.size() : 0;
        if (size == 0) {
            return false;
        }
        boolean full = settings.rotateSize().filter(max -> batch > max - size).isPresent();
        Duration age = Duration.between(since, clock.instant());
        return full
                || settings.rotateAge().filter(max -> age.compareTo(max) >= 0).isPresent();
    }

    private void rotate() throws IOException {
        Path target = rotated.nextName(clock.instant());
        // Some systems rename no open file.
        file.close();
        layer.move(path, target);
        reopen();
        expire();
    }

    private void reopen() throws IOException {
        file.close();
        file = layer.append(path);
        takeOver();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
