package io.penstock.processor;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;

/**
 * The directory of a quarantine, as everybody sees it: a file for each entry, {@link EntryHeader} and the payload byte for
 * byte. Entries that are to be given to a processor again stand in the sub-directory {@code replay} until it has answered.
 *
 * <p>May be used while a server writes to it: files appear and go whole, by rename.
 */
public final class QuarantineFiles {
    /** What a file costs at the least, in bytes: file systems give space in blocks. */
    public static final long LEAST_COST = 4096;

    /** How files end that are being written. */
    static final String DRAFT = ".draft";

    private static final int LONGEST_HEADER = 1 << 20;

    private final Path directory;
    private final Path replay;

    /** Nothing is looked up; the directory need not exist. */
    public QuarantineFiles(Path directory) {
        this.directory = directory;
        this.replay = directory.resolve("replay");
    }

    /**
     * An entry and what was kept of its frame.
     *
     * @param payload empty where it was not kept
     */
    public record Content(QuarantineEntry entry, ByteString payload) {}

    /** Ids of what is kept, oldest first; without what waits for a processor. */
    public List<String> kept() throws IOException {
        return ids(directory);
    }

    /** Ids of what is to be given to a processor again, oldest first. */
    public List<String> waiting() throws IOException {
        return ids(replay);
    }

    /** Both, oldest first. */
    public List<String> all() throws IOException {
        // In this order, so that one that is handed over meanwhile is not missed; a set, as it may be at both places.
        TreeSet<String> all = new TreeSet<>(kept());
        all.addAll(waiting());
        return List.copyOf(all);
    }

    private static List<String> ids(Path within) throws IOException {
        try (Stream<Path> files = Files.list(within)) {
            return files.flatMap(file -> EntryId.ofFile(file.getFileName().toString()).stream())
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Bytes that all entries cost together, those that wait included. */
    public long cost() throws IOException {
        return cost(directory) + cost(replay);
    }

    private static long cost(Path within) throws IOException {
        long sum = 0;
        for (String id : ids(within)) {
            // 0 when it has gone since.
            sum += costOf(within.resolve(id + EntryId.SUFFIX).toFile().length());
        }
        return sum;
    }

    static long costOf(long size) {
        return Math.max(LEAST_COST, size);
    }

    /**
     * What is known of an entry, wherever it is.
     *
     * @return empty when there is none of that id
     * @throws IOException it cannot be read, or is damaged
     */
    public Optional<QuarantineEntry> entry(String id) throws IOException {
        return find(id, file -> {
            try (InputStream in = open(file)) {
                return header(in, file);
            }
        });
    }

    /** The same with its payload. */
    public Optional<Content> content(String id) throws IOException {
        return find(id, file -> {
            try (InputStream in = open(file)) {
                QuarantineEntry entry = header(in, file);
                return new Content(entry, ByteString.fromArrayUnsafe(in.readAllBytes()));
            }
        });
    }

    private interface Reading<T> {
        T read(Path file) throws IOException;
    }

    /** Wherever it is, also when it is moved at this moment. */
    private <T> Optional<T> find(String id, Reading<T> reading) throws IOException {
        if (!EntryId.isOne(id)) {
            return Optional.empty();
        }
        for (Path file : List.of(keptFile(id), waitingFile(id), keptFile(id))) {
            try {
                return Optional.of(reading.read(file));
            } catch (NoSuchFileException e) {
                // Then it is at the next place.
            }
        }
        return Optional.empty();
    }

    private static InputStream open(Path file) throws IOException {
        return new BufferedInputStream(Files.newInputStream(file));
    }

    private static QuarantineEntry header(InputStream in, Path file) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.size() == LONGEST_HEADER) {
                throw new IOException("its first line has no end");
            }
            line.write(b);
        }
        QuarantineEntry entry = EntryHeader.read(line.toByteArray());
        long expected = line.size() + 1 + (entry.payloadKept() ? entry.size() : 0);
        if (!entry.id().equals(EntryId.ofFile(file.getFileName().toString()).orElse(""))
                || Files.size(file) != expected) {
            throw new IOException("its name or its length is not what its first line says");
        }
        return entry;
    }

    /**
     * Hands an entry over to be given to a processor again, by the server that runs or the next one.
     *
     * @throws NoSuchFileException it is not among those kept
     */
    public void handOver(String id) throws IOException {
        FileLayer layer = DiskLayer.ofOwner();
        layer.move(keptFile(id), waitingFile(id));
        layer.forceDirectory(replay);
        layer.forceDirectory(directory);
    }

    /** Whether a server runs that keeps frames here. */
    public boolean isServed() throws IOException {
        return LockFile.isHeld(lock());
    }

    /** Words for an exception that a method of this class has thrown, in one sentence without the file's name. */
    public static String words(IOException e) {
        return FileFault.words(e);
    }

    Path directory() {
        return directory;
    }

    Path replay() {
        return replay;
    }

    Path keptFile(String id) {
        return directory.resolve(id + EntryId.SUFFIX);
    }

    Path waitingFile(String id) {
        return replay.resolve(id + EntryId.SUFFIX);
    }

    /** Hidden, so that it is never an entry. */
    Path draftFile(String id) {
        return directory.resolve("." + id + DRAFT);
    }

    Path lock() {
        return directory.resolve("quarantine");
    }
}
