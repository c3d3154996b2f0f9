package io.penstock.processor;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names of entries: {@code 20261123T075312.123456Z-4711-12}, the time in UTC, the process, a counter within it. They sort
 * by time, and no two processes make the same. The file of an entry has {@link #SUFFIX} behind it.
 */
final class EntryId {
    static final String SUFFIX = ".frame";

    private static final String STAMP_FORM = "\\d{8}T\\d{6}\\.\\d{6}Z";
    private static final Pattern FORM = Pattern.compile(STAMP_FORM + "-\\d{1,10}-\\d{1,19}");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private EntryId() {}

    static String of(Instant time, long process, long counter) {
        return STAMP.format(time) + "-" + process + "-" + counter;
    }

    /** The id that a file is named after; nothing for any other file. */
    static Optional<String> ofFile(String name) {
        return name.endsWith(SUFFIX)
                ? Optional.of(name.substring(0, name.length() - SUFFIX.length()))
                        .filter(EntryId::isOne)
                : Optional.empty();
    }

    /** Whether a text is an id by its form, and so safe to make a file's name of. */
    static boolean isOne(String text) {
        return FORM.matcher(text).matches() && parse(text).isPresent();
    }

    /** When the entry of an id was made. */
    static Instant time(String id) {
        return parse(id).orElseThrow(() -> new IllegalArgumentException(id));
    }

    private static Optional<Instant> parse(String id) {
        try {
            String stamp = id.substring(0, id.indexOf('-'));
            return Optional.of(LocalDateTime.parse(stamp, STAMP).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
