package io.penstock.server.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A directory of this user's alone that is gone when it is closed, with the files in it. */
record Scratch(Path directory) implements AutoCloseable {
    static Scratch create() {
        try {
            return new Scratch(Files.createTempDirectory("penstock-check"));
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary directory", e);
        }
    }

    @Override
    public void close() {
        try {
            for (Path file : files()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("a temporary directory is left behind: " + directory, e);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
