package io.penstock.processor;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is in a base directory and below; links are not followed. Hidden files are not counted.
 *
 * @param files that are written to, or were
 * @param setAside by the file that they were, the oldest first
 * @param unfinished compressed files that were cut short
 */
record Inventory(int files, Map<Path, List<SetAside>> setAside, List<Path> unfinished) {
    /** Looks through a directory; what cannot be read is left out. */
    static Inventory of(Path base) throws IOException {
        Visitor visitor = new Visitor();
        Files.walkFileTree(base, visitor);
        visitor.setAside.values().forEach(files -> files.sort(Comparator.comparing(SetAside::time)));
        return new Inventory(visitor.files, visitor.setAside, visitor.unfinished);
    }

    /** The same of one file alone. */
    static Inventory ofFile(Path file) throws IOException {
        List<SetAside> setAside = new RotatedFiles(file).oldestFirst();
        List<Path> unfinished = setAside.stream()
                .map(found -> Compression.unfinished(found.path()))
                .filter(Files::exists)
                .toList();
        return new Inventory(1, Map.of(file, setAside), unfinished);
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {
        private final Map<Path, List<SetAside>> setAside = new TreeMap<>();
        private final List<Path> unfinished = new ArrayList<>();
        private int files;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            SetAside.parse(file).ifPresentOrElse(this::add, () -> addOther(file));
            return FileVisitResult.CONTINUE;
        }

        private void add(SetAside file) {
            if (!file.isTorn()) {
                setAside.computeIfAbsent(file.path().resolveSibling(file.of()), of -> new ArrayList<>())
                        .add(file);
            }
        }

        private void addOther(Path file) {
            if (Compression.isUnfinished(file)) {
                unfinished.add(file);
            } else if (!file.getFileName().toString().startsWith(".")) {
                files++;
            }
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }
}
