package io.penstock.processor;

import io.penstock.processor.QuarantineSettings.WhenFull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of a quarantine, and what is deleted to keep them within bounds. Others take entries away as well: what is
 * known of the directory may say that it is fuller than it is, never that it is emptier.
 */
final class QuarantineRoom {
    /** Deletions that are told in one line. */
    private static final int TOLD_AT_ONCE = 1000;

    /** A full quarantine under a flood of frames is not looked through for each of them. */
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(QuarantineRoom.class);

    private final QuarantineFiles files;
    private final QuarantineSettings settings;
    private final Clock clock;
    /** Those seen at the last look, as far as they have not been deleted for their age or their number. */
    private final ArrayDeque<String> oldest = new ArrayDeque<>();

    private long used;
    private Instant looked = Instant.MIN;
    private long dropped;

    QuarantineRoom(QuarantineFiles files, QuarantineSettings settings, Clock clock) {
        this.files = files;
        this.settings = settings;
        this.clock = clock;
    }

    /** Finds out anew what is there. */
    void look() throws IOException {
        used = files.cost();
        looked = clock.instant();
    }

    /**
     * Takes room for a file, deleting the oldest entries where that is configured.
     *
     * @throws IOException there is none
     */
    void take(long size) throws IOException {
        long cost = QuarantineFiles.costOf(size);
        if (cost > settings.maxSize() - used && looked.plus(LOOK_INTERVAL).isBefore(clock.instant())) {
            look();
        }
        if (cost > settings.maxSize() - used
                && cost <= settings.maxSize()
                && settings.whenFull() == WhenFull.DROP_OLDEST) {
            drop(cost);
        }
        if (cost > settings.maxSize() - used) {
            throw new IOException("the quarantine is full: " + used + " of " + settings.maxSize()
                    + " bytes (quarantine.max-size), and the frame needs " + cost);
        }
        used += cost;
    }

    /** Takes room for what is kept in any case. */
    void add(long size) {
        used += QuarantineFiles.costOf(size);
    }

    /** Gives room back. */
    void give(long size) {
        used -= QuarantineFiles.costOf(size);
    }

    /** What waits for a processor is not deleted: somebody wants it. */
    private void drop(long cost) throws IOException {
        while (cost > settings.maxSize() - used) {
            if (oldest.isEmpty()) {
                oldest.addAll(files.kept());
            }
            if (oldest.isEmpty()) {
                return;
            }
            delete(files.keptFile(oldest.remove()));
            dropped++;
            if (dropped == 1 || dropped % TOLD_AT_ONCE == 0) {
                tellDropped();
            }
        }
    }

    /** Deletes a file, if it is there, and gives its room back. */
    void delete(Path file) throws IOException {
        long size = file.toFile().length();
        // Also when somebody else was faster, or has handed it over: then the next look finds more than this says.
        if (Files.deleteIfExists(file)) {
            give(size);
        }
    }

    private void tellDropped() {
        LOG.warn(
                "the quarantine {} is full (quarantine.max-size): {} of the oldest frames deleted so far",
                files.directory(),
                dropped);
    }

    /** Deletes what was set aside before a time. */
    void deleteBefore(Instant time) throws IOException {
        List<String> old = files.kept().stream()
                .takeWhile(id -> EntryId.time(id).isBefore(time))
                .toList();
        for (String id : old) {
            delete(files.keptFile(id));
        }
        oldest.clear();
        if (!old.isEmpty()) {
            LOG.info("the quarantine {}: {} frames deleted after quarantine.keep-age", files.directory(), old.size());
        }
    }

    /** Says what has not been said. */
    void close() {
        if (dropped % TOLD_AT_ONCE > 1) {
            tellDropped();
        }
    }
}
