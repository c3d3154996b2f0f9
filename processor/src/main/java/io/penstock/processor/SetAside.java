package io.penstock.processor;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that rotation has set aside: {@code orders.log.20261123T013000.123Z}, the time of rotation in UTC, so that names
 * sort by age; with {@code .gz} once it is compressed.
 *
 * @param of the name of the file that it was
 * @param time of rotation
 */
record SetAside(Path path, String of, Instant time, boolean compressed) {
    static final String GZ = ".gz";

    private static final String TORN = ".torn";
    private static final Pattern NAME =
            Pattern.compile("(.+)\\.([0-9]{8}T[0-9]{6}\\.[0-9]{3}Z)(\\.gz)?", Pattern.DOTALL);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** What a name says; empty when it is not exactly of this form. */
    static Optional<SetAside> parse(Path path) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        if (!name.matches()) {
            return Optional.empty();
        }
        try {
            Instant time = LocalDateTime.parse(name.group(2), STAMP).toInstant(ZoneOffset.UTC);
            return STAMP.format(time).equals(name.group(2))
                    ? Optional.of(new SetAside(path, name.group(1), time, name.group(3) != null))
                    : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** The name that a file has when it is set aside. */
    static Path named(Path file, Instant time) {
        return file.resolveSibling(file.getFileName() + "." + STAMP.format(time));
    }

    /** The name for what is torn off the end of a file. */
    static Path torn(Path file, Instant time) {
        return named(file.resolveSibling(file.getFileName() + TORN), time);
    }

    /** Whether it was torn off, and not set aside by rotation. */
    boolean isTorn() {
        return of.endsWith(TORN);
    }

    /** Whether a file of such a name could be taken for one of these, or for one that such a file was. */
    static boolean isReserved(String name) {
        return NAME.matcher(name).matches() || name.endsWith(TORN);
    }
}
