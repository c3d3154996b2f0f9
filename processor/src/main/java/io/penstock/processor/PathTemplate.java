package io.penstock.processor;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code file.path}: the path of one file, or of as many as its placeholders have values. Everything before the first name
 * with a placeholder is the base directory, which no path of a template leaves: values are made safe ({@link SafeName}),
 * and different values never give the same path.
 */
final class PathTemplate {
    /** Bytes of a path on Linux, less some. */
    private static final int LONGEST_PATH = 4000;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}/]*)}");

    private final Path base;
    private final List<NameTemplate> names;

    private PathTemplate(Path base, List<NameTemplate> names) {
        this.base = base;
        this.names = names;
    }

    /** One file. */
    static PathTemplate plain(Path file) {
        return new PathTemplate(file, List.of());
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException its message says what would be accepted
     */
    static PathTemplate parse(String text) {
        Matcher placeholder = PLACEHOLDER.matcher(text);
        try {
            if (!placeholder.find()) {
                return plain(Path.of(text));
            }
            int split = text.lastIndexOf('/', placeholder.start()) + 1;
            Path base = Path.of(text.substring(0, split));
            return new PathTemplate(base, names(text.substring(split), base));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("the path of a file", e);
        }
    }

    private static List<NameTemplate> names(String text, Path base) {
        List<NameTemplate> names = new ArrayList<>();
        for (String name : text.split("/", -1)) {
            names.add(NameTemplate.parse(name));
        }
        int longest = base.toAbsolutePath().toString().length() + names.size() * NameTemplate.LONGEST;
        if (longest > LONGEST_PATH) {
            throw new IllegalArgumentException("fewer directories; its paths could be " + longest + " bytes long");
        }
        return List.copyOf(names);
    }

    /** Whether it is one file. */
    boolean isPlain() {
        return names.isEmpty();
    }

    /** The directory that all its files are in, or the one file. */
    Path base() {
        return base;
    }

    /** Whether frames of one read may go to different files. */
    boolean isOfFrames() {
        return names.stream().anyMatch(name -> name.has(Placeholder::isOfFrame));
    }

    /** Whether clients decide how many files there are. */
    boolean isUnbounded() {
        return names.stream().anyMatch(name -> name.has(Placeholder::isUnbounded));
    }

    /**
     * The path of a file below {@link #base}.
     *
     * @param overflow whether values that clients decide on are left out
     */
    Path resolve(Origin origin, boolean overflow) {
        Path path = null;
        for (int i = 0; i < names.size(); i++) {
            NameTemplate name = names.get(i);
            path = below(
                    path, i < names.size() - 1 ? name.resolve(origin, overflow) : fileName(name, origin, overflow));
        }
        return path == null ? base : path;
    }

    private static Path below(@Nullable Path path, String name) {
        return path == null ? Path.of(name) : path.resolve(name);
    }

    /** A value could be made to look like a file that rotation has set aside; without its dots it does not. */
    private static String fileName(NameTemplate name, Origin origin, boolean overflow) {
        String file = name.resolve(origin, overflow);
        return SetAside.isReserved(file) ? name.resolveWithoutDots(origin, overflow) : file;
    }
}
