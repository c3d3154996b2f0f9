package io.penstock.processor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Files that were written to since the last commit and are closed already, because they were set aside or too many were
 * open. If there is no commit, they go back to the length they had: whatever is undone will be written again.
 */
final class ClosedEarly {
    private final FileLayer layer;
    private final Map<Path, Long> committed = new LinkedHashMap<>();

    ClosedEarly(FileLayer layer) {
        this.layer = layer;
    }

    /**
     * A file is closed.
     *
     * @param length in bytes, of what was committed
     */
    void add(Path file, long length) {
        committed.merge(file, length, Math::min);
    }

    /** A file has another name now. */
    void moved(Path from, Path to) {
        Long length = committed.remove(from);
        if (length != null) {
            committed.put(to, length);
        }
    }

    void commit() {
        committed.clear();
    }

    /** @param cause takes up what fails */
    void undo(Throwable cause) {
        committed.forEach((file, length) -> {
            try {
                undo(file, length);
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        });
        committed.clear();
    }

    private void undo(Path file, long length) throws IOException {
        if (length == 0) {
            // Else each of many attempts to write the same would leave an empty file behind.
            Files.deleteIfExists(file);
        } else if (Files.exists(file)) {
            try (FileLayer.OpenFile open = layer.append(file)) {
                open.truncate(length);
            }
        }
    }
}
