package io.penstock.processor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many files clients may bring about in a base directory. When there are that many, they are counted again from time
 * to time: somebody may have cleared up.
 */
final class FileLimit {
    private static final Logger LOG = LoggerFactory.getLogger(FileLimit.class);
    private static final Duration RECOUNT = Duration.ofMinutes(1);

    private final Path base;
    private final int max;
    private int counted;
    private Instant countedAt;
    /** Files that were new since the counting. */
    private final Set<Path> admitted = new HashSet<>();
    /** Some that were not, so that they are not looked for with every frame. */
    private final Set<Path> found = new HashSet<>();

    private boolean told;

    /**
     * Starts with what there is.
     *
     * @param base a real path
     */
    FileLimit(Path base, int max, int counted, Instant countedAt) {
        this.base = base;
        this.max = max;
        this.counted = counted;
        this.countedAt = countedAt;
    }

    /** Whether a file may be there: it is, or there is room for one more. */
    boolean admits(Path relative, Instant now) throws IOException {
        if (admitted.contains(relative) || isThere(relative)) {
            return true;
        }
        if (isFull() && Duration.between(countedAt, now).compareTo(RECOUNT) >= 0) {
            counted = Inventory.of(base).files();
            countedAt = now;
            admitted.clear();
            found.clear();
        }
        if (isFull()) {
            tell();
            return false;
        }
        told = false;
        admitted.add(relative);
        return true;
    }

    private boolean isThere(Path relative) {
        if (found.contains(relative)) {
            return true;
        }
        boolean there = Files.exists(base.resolve(relative), LinkOption.NOFOLLOW_LINKS);
        if (there && found.size() < max) {
            found.add(relative);
        }
        return there;
    }

    private boolean isFull() {
        return counted + admitted.size() >= max;
    }

    private void tell() {
        if (!told) {
            told = true;
            LOG.warn(
                    "there are {} files in {}: frames that would need another one go to the partition {} until there are"
                            + " fewer, or file.max-files is larger",
                    counted + admitted.size(),
                    base,
                    SafeName.OVERFLOW);
        }
    }
}
