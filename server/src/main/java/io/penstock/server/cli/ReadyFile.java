package io.penstock.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Tells others that the port accepts. It appears whole, by rename, so that who waits for it never reads half of it.
 * Thread-safe.
 */
final class ReadyFile {
    private final Path file;
    private volatile @Nullable String written;

    ReadyFile(Path file) {
        this.file = file;
    }

    /** Removes what an earlier run may have left. */
    void clear() throws IOException {
        Files.deleteIfExists(file);
    }

    void write(String json) throws IOException {
        Path draft = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            Files.writeString(draft, json);
            readableByAll(draft);
            written = json;
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Removes it, unless a successor has written its own by now. */
    void remove() {
        try {
            if (written != null && Files.exists(file) && Files.readString(file).equals(written)) {
                Files.delete(file);
            }
        } catch (IOException e) {
            // The process is about to end; what it leaves is removed at the next start.
            written = null;
        }
    }

    /** It holds no secret, and whoever waits for it is often another user. */
    private static void readableByAll(Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view != null) {
            view.setPermissions(PosixFilePermissions.fromString("rw-r--r--"));
        }
    }
}
