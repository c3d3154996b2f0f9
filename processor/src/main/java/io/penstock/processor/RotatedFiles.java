package io.penstock.processor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files that rotation has set aside beside a file. Only files of exactly such names are ever looked at or deleted. */
final class RotatedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(RotatedFiles.class);

    private final Path file;

    RotatedFiles(Path file) {
        this.file = file;
    }

    /** A name that no file has and that sorts after those of the files there are, also when the clock went back. */
    Path nextName(Instant now) throws IOException {
        List<SetAside> present = oldestFirst();
        Instant time = now.truncatedTo(ChronoUnit.MILLIS);
        if (!present.isEmpty()) {
            Instant after = present.get(present.size() - 1).time().plusMillis(1);
            time = time.isBefore(after) ? after : time;
        }
        return SetAside.named(file, time);
    }

    /** Deletes what is kept for too long or is too much. */
    void expire(Instant now, FileSettings.Rotation rotation) throws IOException {
        if (rotation.deletes()) {
            expire(oldestFirst(), now, rotation);
        }
    }

    /**
     * Deletes the oldest files, as far as they are kept for too long or are too many bytes together. A file that cannot
     * be deleted is logged: it must not stop the frames.
     */
    static void expire(List<SetAside> oldestFirst, Instant now, FileSettings.Rotation rotation) {
        long total = 0;
        for (int i = oldestFirst.size() - 1; i >= 0; i--) {
            SetAside file = oldestFirst.get(i);
            // 0 when somebody else has deleted it since.
            total += file.path().toFile().length();
            Duration age = Duration.between(file.time(), now);
            boolean tooMuch = rotation.keepSize().isPresent()
                    && total > rotation.keepSize().get();
            boolean tooOld = rotation.keepAge().isPresent()
                    && age.compareTo(rotation.keepAge().get()) > 0;
            if (tooMuch || tooOld) {
                oldestFirst.subList(0, i + 1).forEach(RotatedFiles::delete);
                return;
            }
        }
    }

    private static void delete(SetAside file) {
        try {
            Files.deleteIfExists(file.path());
            LOG.info("{} deleted: file.keep-age or file.keep-size is reached", file.path());
        } catch (IOException e) {
            LOG.warn("{} is kept: {}", file.path(), FileFault.words(e));
        }
    }

    /** All of them, by the time of rotation. */
    List<SetAside> oldestFirst() throws IOException {
        String name = file.getFileName().toString();
        List<SetAside> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(file.resolveSibling(""))) {
            all.forEach(path -> SetAside.parse(path)
                    .filter(found -> found.of().equals(name))
                    .ifPresent(files::add));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        files.sort(Comparator.comparing(SetAside::time));
        return files;
    }
}
