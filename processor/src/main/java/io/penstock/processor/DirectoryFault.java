package io.penstock.processor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Why a directory cannot be written to. Looks, and makes nothing. */
final class DirectoryFault {
    private DirectoryFault() {}

    /** What an absolute path would have to be to be made or written to; empty when it is that. */
    static Optional<String> expected(Path path) {
        Path nearest = FileFault.nearest(path);
        if (nearest == null) {
            return Optional.of("a path below a directory that exists");
        }
        if (!Files.isDirectory(nearest)) {
            return Optional.of("a directory; " + nearest + " is none");
        }
        if (!(Files.isReadable(nearest) && Files.isWritable(nearest) && Files.isExecutable(nearest))) {
            return Optional.of(
                    "a directory that this process may write to; " + nearest + " is " + FileFault.owner(nearest));
        }
        return Optional.empty();
    }
}
