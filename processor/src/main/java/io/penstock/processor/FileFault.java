package io.penstock.processor;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Words for what went wrong with a file: the JDK's exceptions often say no more than its name. */
final class FileFault {
    private FileFault() {}

    /** One sentence about a failure, without the file's name where the caller names it. */
    static String words(IOException e) {
        if (e instanceof AccessDeniedException denied && denied.getFile() != null) {
            Path path = nearest(Path.of(denied.getFile()));
            return "permission denied" + (path == null ? "" : ": " + path + " is " + owner(path));
        }
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof NotDirectoryException) {
            return "not a directory";
        }
        if (e instanceof FileSystemException fault) {
            // Its message is the file's name and the reason, if there is one; then its class tells more.
            return fault.getReason() != null
                    ? fault.getReason()
                    : fault.getClass().getSimpleName();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** A path itself or the directory above it that is there, as far as this process may see. */
    static @Nullable Path nearest(Path path) {
        Path nearest = path;
        while (nearest != null && !Files.exists(nearest)) {
            nearest = nearest.getParent();
        }
        return nearest;
    }

    /** {@code owned by root, mode rw-r-----}. */
    static String owner(Path path) {
        try {
            PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
            return "owned by " + attributes.owner().getName() + ", mode "
                    + PosixFilePermissions.toString(attributes.permissions());
        } catch (IOException | UnsupportedOperationException e) {
            return "of an unknown owner";
        }
    }
}
