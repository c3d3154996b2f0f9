package io.penstock.processor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes directories, and remembers those whose entries are not known to survive a crash yet: a file that was made or
 * renamed is not there after one until its directory has been synchronised.
 */
final class Directories {
    /** Beyond it all are forgotten, and synchronised once more when they are used again. */
    private static final int MOST_SETTLED = 10_000;

    private final FileLayer layer;
    private final Set<Path> changed = new LinkedHashSet<>();
    /** Synchronised by this processor since they last changed. */
    private final Set<Path> settled = new HashSet<>();

    Directories(FileLayer layer) {
        this.layer = layer;
    }

    /** Makes a directory, and those above it that are missing. */
    void make(@Nullable Path directory) throws IOException {
        if (directory == null || Files.isDirectory(directory)) {
            return;
        }
        make(directory.getParent());
        create(directory);
    }

    /**
     * Makes directories below {@code base}, following links as long as they stay inside.
     *
     * @param base a real path
     * @param relative names, none of which is special
     * @return the real path
     * @throws IOException also when the path would lead out of {@code base}
     */
    Path makeBelow(Path base, Path relative) throws IOException {
        Path directory = base;
        for (Path name : relative) {
            Path next = directory.resolve(name);
            if (Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                used(directory);
            } else {
                create(next);
            }
            directory = inside(base, next);
        }
        return directory;
    }

    /** The real path of what is there; it must be below a base that is a real path itself. */
    static Path inside(Path base, Path path) throws IOException {
        Path real = path.toRealPath();
        if (!real.startsWith(base)) {
            throw new IOException("it leads out of " + base + ", to " + real);
        }
        return real;
    }

    private void create(Path directory) throws IOException {
        layer.createDirectory(directory);
        Path parent = directory.getParent();
        if (parent != null) {
            changed(parent);
        }
    }

    /** An entry was made or renamed. */
    void changed(Path directory) {
        settled.remove(directory);
        changed.add(directory);
    }

    /** An entry was found. Who made it may have crashed before synchronising. */
    void used(Path directory) {
        if (!settled.contains(directory)) {
            changed.add(directory);
        }
    }

    /** Makes all entries survive a crash. */
    void force() throws IOException {
        for (Path directory : changed) {
            try {
                layer.forceDirectory(directory);
            } catch (IOException e) {
                throw new IOException("cannot synchronise the directory " + directory + ": " + FileFault.words(e), e);
            }
        }
        if (settled.size() > MOST_SETTLED) {
            settled.clear();
        }
        settled.addAll(changed);
        changed.clear();
    }
}
