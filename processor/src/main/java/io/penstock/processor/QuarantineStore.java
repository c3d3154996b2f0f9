package io.penstock.processor;

import io.penstock.processor.QuarantineFiles.Content;
import io.penstock.protocol.QuarantineProtocol.Item;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Writes a quarantine's directory. An entry is written under a hidden name, forced, and renamed; it is kept for certain
 * once {@link #commit} has forced the directory, which many entries share.
 *
 * <p>One process at a time may write it, which {@link LockFile} sees to; others may hand entries over for replay, or
 * delete them. Not thread-safe; blocks.
 */
final class QuarantineStore implements Closeable {
    private static final int LOCK_ATTEMPTS = 4;
    private static final long LOCK_PAUSE = Duration.ofMillis(20).toNanos();

    private final QuarantineSettings settings;
    private final QuarantineFiles files;
    private final FileLayer layer;
    private final Clock clock;
    private final LockFile lock;
    private final QuarantineRoom room;
    private final List<Path> uncommitted = new ArrayList<>();
    private long counter;

    private QuarantineStore(
            QuarantineSettings settings, QuarantineFiles files, FileLayer layer, Clock clock, LockFile lock)
            throws IOException {
        this.settings = settings;
        this.files = files;
        this.layer = layer;
        this.clock = clock;
        this.lock = lock;
        this.room = new QuarantineRoom(files, settings, clock);
    }

    /**
     * Makes the directories, takes the lock, and removes what a crash has left half written.
     *
     * @param directory in place of the settings' own, which may be empty
     * @throws IOException it cannot be used; words for {@link FileFault}
     */
    static QuarantineStore open(Path directory, QuarantineSettings settings, FileLayer layer, Clock clock)
            throws IOException {
        Path place = directory.toAbsolutePath();
        makeDirectories(place, layer);
        QuarantineFiles files = new QuarantineFiles(place);
        makeDirectories(files.replay(), layer);
        LockFile lock = acquire(files.lock());
        try {
            removeDrafts(place);
            QuarantineStore store = new QuarantineStore(settings, files, layer, clock, lock);
            store.expire();
            return store;
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    /** Who asks whether a server runs has the lock for a moment. */
    private static LockFile acquire(Path file) throws IOException {
        for (int attempt = 1; attempt < LOCK_ATTEMPTS; attempt++) {
            try {
                return LockFile.acquire(file);
            } catch (IOException e) {
                LockSupport.parkNanos(LOCK_PAUSE);
            }
        }
        return LockFile.acquire(file);
    }

    private static void makeDirectories(@Nullable Path directory, FileLayer layer) throws IOException {
        if (directory == null || Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        makeDirectories(parent, layer);
        layer.createDirectory(directory);
        if (parent != null) {
            layer.forceDirectory(parent);
        }
    }

    private static void removeDrafts(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> drafts = all.filter(file -> file.getFileName().toString().endsWith(QuarantineFiles.DRAFT))
                    .toList();
            for (Path draft : drafts) {
                Files.deleteIfExists(draft);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    QuarantineFiles files() {
        return files;
    }

    /**
     * Writes an entry; it is kept once {@link #commit} has returned.
     *
     * @throws IOException it is not written: there is no room, or the disk failed
     */
    void put(Item item) throws IOException {
        String id = EntryId.of(item.time(), ProcessHandle.current().pid(), ++counter);
        ByteString payload = settings.payload() ? item.payload() : ByteString.emptyByteString();
        byte[] header = EntryHeader.write(QuarantineEntry.of(id, item, settings.payload()));
        room.take(header.length + payload.size());
        Path file = files.keptFile(id);
        write(id, header, payload, file);
        uncommitted.add(file);
    }

    private void write(String id, byte[] header, ByteString payload, Path target) throws IOException {
        Path draft = files.draftFile(id);
        try {
            try (FileLayer.OpenFile file = layer.append(draft)) {
                file.write(ByteBuffer.wrap(header));
                for (ByteBuffer part : payload.getByteBuffers()) {
                    file.write(part);
                }
                file.force();
            }
            layer.move(draft, target);
        } catch (IOException | RuntimeException | Error e) {
            room.give(header.length + payload.size());
            Files.deleteIfExists(draft);
            throw e;
        }
    }

    /**
     * Makes what was put since the last commit survive a crash.
     *
     * @throws IOException none of that is kept
     */
    void commit() throws IOException {
        try {
            layer.forceDirectory(files.directory());
        } catch (IOException e) {
            for (Path file : uncommitted) {
                Files.deleteIfExists(file);
            }
            room.look();
            throw e;
        } finally {
            uncommitted.clear();
        }
    }

    /** Deletes what is older than it may be, and looks what others have done to the directory. */
    void expire() throws IOException {
        room.look();
        if (settings.keepAge().isPresent()) {
            Instant oldest = clock.instant().minus(settings.keepAge().get());
            room.deleteBefore(oldest);
        }
    }

    /** A processor has done with an entry that waited for it. */
    void replayed(String id) throws IOException {
        // There as well when a crash came between the two steps of a return.
        room.delete(files.keptFile(id));
        room.delete(files.waitingFile(id));
    }

    /**
     * Keeps an entry on that waited for a processor, with another header. If that cannot be written, with the old one. A
     * crash in between leaves it at both places, which is one entry.
     */
    void takeBack(Content content, QuarantineEntry now) throws IOException {
        String id = now.id();
        Path file = files.keptFile(id);
        if (!Files.exists(files.waitingFile(id))) {
            // An attempt before this one has moved it, and failed then. There is no other copy of it.
            layer.forceDirectory(files.directory());
            return;
        }
        try {
            byte[] header = EntryHeader.write(now);
            room.delete(file);
            room.add(header.length + content.payload().size());
            write(id, header, content.payload(), file);
            layer.forceDirectory(files.directory());
            room.delete(files.waitingFile(id));
        } catch (IOException e) {
            takeBack(id);
        }
    }

    /** The same of one whose header cannot be read. */
    void takeBack(String id) throws IOException {
        room.delete(files.keptFile(id));
        layer.move(files.waitingFile(id), files.keptFile(id));
        layer.forceDirectory(files.directory());
    }

    @Override
    public void close() throws IOException {
        room.close();
        lock.close();
    }
}
