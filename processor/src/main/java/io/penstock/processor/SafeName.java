package io.penstock.processor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * Makes a part of a file's name of any bytes, also of a stranger's: nothing in it separates, climbs, hides or ends a name.
 * Letters, digits, {@code . _ @ -} stand for themselves, every other byte is {@code %XX}. Different bytes give different
 * names:
 *
 * <pre>
 *   nothing                              %
 *   .profile                             %2Eprofile       a leading dot
 *   ../a b                               %2E.%2Fa%20b
 *   unknown, anonymous, overflow         %75nknown …      as Penstock itself uses these names
 *   what is longer than there is room    its beginning, %- and 32 digits of its SHA-256
 * </pre>
 */
final class SafeName {
    /** Stands for a value that a frame has not got. */
    static final String UNKNOWN = "unknown";
    /** Stands for the identity of who has shown none. */
    static final String ANONYMOUS = "anonymous";
    /** Stands for all values that are too many. */
    static final String OVERFLOW = "overflow";

    /** Of a value; a longer one is told apart by its digest. */
    static final int LEAST_ROOM = 64;

    private static final Set<String> RESERVED = Set.of(UNKNOWN, ANONYMOUS, OVERFLOW);
    private static final String PUNCTUATION = "._@-";
    private static final int DIGEST_BYTES = 16;

    private SafeName() {}

    /** {@link #of(byte[], String, int)} of a text. */
    static String of(String value, String encoded, int room) {
        return of(value.getBytes(StandardCharsets.UTF_8), encoded, room);
    }

    /**
     * Makes a name's part.
     *
     * @param encoded characters that do not stand for themselves here
     * @param room the longest it may be, at least {@link #LEAST_ROOM}
     */
    static String of(byte[] value, String encoded, int room) {
        if (value.length == 0) {
            return "%";
        }
        StringBuilder name = new StringBuilder(value.length);
        for (byte b : value) {
            char c = (char) (b & 0xff);
            if (isPlain(c) && encoded.indexOf(c) < 0 && !(c == '.' && name.isEmpty())) {
                name.append(c);
            } else {
                name.append(escape(b));
            }
        }
        if (RESERVED.contains(name.toString())) {
            name.replace(0, 1, escape(value[0]));
        }
        return name.length() <= room ? name.toString() : cut(name, value, room);
    }

    static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || PUNCTUATION.indexOf(c) >= 0;
    }

    private static String escape(byte b) {
        return "%" + HexFormat.of().withUpperCase().toHexDigits(b);
    }

    private static String cut(StringBuilder name, byte[] value, int room) {
        int end = room - 2 - 2 * DIGEST_BYTES;
        // Not within an escape.
        int escape = name.lastIndexOf("%", end - 1);
        if (escape > end - 3 && escape >= 0) {
            end = escape;
        }
        return name.substring(0, end) + "%-" + HexFormat.of().formatHex(sha256(value), 0, DIGEST_BYTES);
    }

    private static byte[] sha256(byte[] value) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
