package io.penstock.processor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that rotation has set aside beside a file: {@code orders.log.20261123T013000.123Z}, the time of rotation in
 * UTC, so that names sort by age. Only files of exactly this form are ever looked at or deleted.
 */
final class RotatedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(RotatedFiles.class);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final String prefix;

    RotatedFiles(Path file) {
        this.directory = file.resolveSibling("");
        this.prefix = file.getFileName() + ".";
    }

    private record Rotated(Path path, Instant time) {}

    /** A name that no file has and that sorts after those of the files there are, also when the clock went back. */
    Path nextName(Instant now) throws IOException {
        List<Rotated> present = oldestFirst();
        Instant time = now.truncatedTo(ChronoUnit.MILLIS);
        if (!present.isEmpty()) {
            Instant after = present.get(present.size() - 1).time().plusMillis(1);
            time = time.isBefore(after) ? after : time;
        }
        return directory.resolve(prefix + STAMP.format(time));
    }

    /**
     * Deletes the oldest files, as far as they are kept for too long or are too many bytes together. A file that cannot
     * be deleted is logged: it must not stop the frames.
     *
     * @param keepAge since the file was set aside
     * @param keepSize bytes of all files set aside
     */
    void expire(Instant now, Optional<Duration> keepAge, Optional<Long> keepSize) throws IOException {
        if (keepAge.isEmpty() && keepSize.isEmpty()) {
            return;
        }
        List<Rotated> files = oldestFirst();
        long total = 0;
        for (int i = files.size() - 1; i >= 0; i--) {
            Rotated file = files.get(i);
            // 0 when somebody else has deleted it since.
            total += file.path().toFile().length();
            boolean tooMuch = keepSize.isPresent() && total > keepSize.get();
            boolean tooOld =
                    keepAge.isPresent() && Duration.between(file.time(), now).compareTo(keepAge.get()) > 0;
            if (tooMuch || tooOld) {
                files.subList(0, i + 1).forEach(RotatedFiles::delete);
                return;
            }
        }
    }

    private static void delete(Rotated file) {
        try {
            Files.deleteIfExists(file.path());
            LOG.info("{} deleted: file.keep-age or file.keep-size is reached", file.path());
        } catch (IOException e) {
            LOG.warn("{} is kept: {}", file.path(), FileFault.words(e));
        }
    }

    private List<Rotated> oldestFirst() throws IOException {
        List<Rotated> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory)) {
            all.forEach(path -> time(path).ifPresent(time -> files.add(new Rotated(path, time))));
        }
        files.sort(Comparator.comparing(Rotated::time));
        return files;
    }

    private Optional<Instant> time(Path path) {
        String name = path.getFileName().toString();
        if (!name.startsWith(prefix)) {
            return Optional.empty();
        }
        String stamp = name.substring(prefix.length());
        try {
            Instant time = LocalDateTime.parse(stamp, STAMP).toInstant(ZoneOffset.UTC);
            return STAMP.format(time).equals(stamp) ? Optional.of(time) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
