package io.penstock.server.pki;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/** How files are read. A seam: root reads everything, so that tests cannot make a file that it may not read. */
interface FileAccess {
    /** Bundles of every public CA are below 1 MiB; what is larger is no certificate. */
    int MAX_SIZE = 16 << 20;

    FileAccess SYSTEM = path -> {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(MAX_SIZE);
        }
    };

    byte[] read(Path path) throws IOException;

    /** The content of a file, or the line that says why there is none. */
    default byte[] read(Source source, String wanted) throws BadMaterialException {
        Path path = source.path();
        if (Files.isDirectory(path)) {
            throw source.bad("a file with " + wanted + "; it is a directory");
        }
        byte[] bytes;
        try {
            bytes = read(path);
        } catch (NoSuchFileException e) {
            throw source.bad("a file with " + wanted + "; there is nothing at " + path.toAbsolutePath());
        } catch (AccessDeniedException e) {
            throw source.bad("a file that " + user() + " may read; " + owner(path));
        } catch (IOException e) {
            throw source.bad("a file with " + wanted + "; reading failed: " + reason(e));
        }
        if (bytes.length == 0) {
            throw source.bad(wanted + "; the file is empty");
        }
        return bytes;
    }

    /** Whether group or others may read a file; false where the system has no such modes. */
    static boolean isOpenToOthers(Path path) {
        return attributes(path)
                .map(PosixFileAttributes::permissions)
                .filter(modes -> modes.contains(PosixFilePermission.GROUP_READ)
                        || modes.contains(PosixFilePermission.OTHERS_READ))
                .isPresent();
    }

    /** The mode in octal digits such as 0640. */
    static String mode(Path path) {
        return attributes(path)
                .map(attributes -> octal(attributes.permissions()))
                .orElse("unknown");
    }

    /** Why an operation failed, in a few words and without the path. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            return "not a directory";
        }
        if (e instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getReason();
        }
        return e.getClass().getSimpleName().replace("Exception", "");
    }

    static String user() {
        return System.getProperty("user.name", "this user");
    }

    private static String owner(Path path) {
        return attributes(path)
                .map(attributes -> "it belongs to " + attributes.owner().getName() + ":"
                        + attributes.group().getName() + " and has mode " + octal(attributes.permissions()))
                .orElse("a directory above it is closed");
    }

    private static Optional<PosixFileAttributes> attributes(Path path) {
        try {
            return Optional.of(Files.readAttributes(path, PosixFileAttributes.class));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static String octal(Set<PosixFilePermission> permissions) {
        int mode = 0;
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            mode = mode << 1 | (permissions.contains(permission) ? 1 : 0);
        }
        return String.format("%04o", mode);
    }
}
