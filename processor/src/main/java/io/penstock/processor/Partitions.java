package io.penstock.processor;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The open files of a processor, the least recently used first, and what a commit does to all of them: files are
 * synchronised, then directories, then all is final.
 */
final class Partitions implements Closeable {
    /** Beyond it all are forgotten, and looked through when they are opened again. */
    private static final int MOST_LEFT = 10_000;

    /** Finds or makes the place of a file. */
    @FunctionalInterface
    interface Place {
        /**
         * The real path.
         *
         * @param path as it was asked for
         */
        Path of(Path path) throws IOException;
    }

    private final Storage storage;
    private final Place place;
    private final int maxOpen;
    private final Optional<Duration> closeAfter;
    private final LinkedHashMap<Path, AppendFile> open = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Path, AppendFile.Left> left = new HashMap<>();

    Partitions(Storage storage, Place place, int maxOpen, Optional<Duration> closeAfter) {
        this.storage = storage;
        this.place = place;
        this.maxOpen = maxOpen;
        this.closeAfter = closeAfter;
    }

    /** The file, opened or made if need be; another one may be closed for it. */
    AppendFile get(Path path) throws IOException {
        AppendFile file = open.get(path);
        if (file != null) {
            return file;
        }
        if (open.size() >= maxOpen) {
            Iterator<Map.Entry<Path, AppendFile>> eldest = open.entrySet().iterator();
            retire(eldest.next());
            eldest.remove();
        }
        AppendFile opened = AppendFile.open(real(path), left.getOrDefault(path, AppendFile.Left.UNKNOWN), storage);
        open.put(path, opened);
        return opened;
    }

    private Path real(Path path) throws IOException {
        try {
            return place.of(path);
        } catch (IOException e) {
            throw new IOException("cannot open " + path + ": " + FileFault.words(e), e);
        }
    }

    private void retire(Map.Entry<Path, AppendFile> entry) throws IOException {
        if (left.size() >= MOST_LEFT) {
            left.clear();
        }
        left.put(entry.getKey(), entry.getValue().retire());
    }

    /** Makes what was written survive a crash. */
    void commit() throws IOException {
        for (AppendFile file : open.values()) {
            file.force();
        }
        storage.directories().force();
        settle();
    }

    /** What was written stays, as it is with the operating system. Files that nobody writes to are closed. */
    void settle() throws IOException {
        open.values().forEach(AppendFile::settle);
        storage.closedEarly().commit();
        storage.compression().commit();
        if (closeAfter.isPresent()) {
            closeUnused(storage.clock().instant().minus(closeAfter.get()));
        }
    }

    private void closeUnused(Instant since) throws IOException {
        Iterator<Map.Entry<Path, AppendFile>> files = open.entrySet().iterator();
        while (files.hasNext()) {
            Map.Entry<Path, AppendFile> file = files.next();
            if (file.getValue().used().isAfter(since)) {
                // Those behind it were used later.
                return;
            }
            retire(file);
            files.remove();
        }
    }

    /**
     * Takes away what was written since the last commit.
     *
     * @param cause takes up what fails
     */
    void undo(Throwable cause) {
        open.values().forEach(file -> file.undo(cause));
        storage.closedEarly().undo(cause);
        storage.compression().undo();
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (AppendFile file : open.values()) {
            try {
                file.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        open.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
