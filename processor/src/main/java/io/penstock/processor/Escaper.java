package io.penstock.processor;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;

/**
 * Makes bytes of a stranger safe to show on a terminal: what could move the cursor, recolour, reorder, hide or fake
 * text is written in printable ASCII instead. Incremental: any split of the bytes gives the same output.
 *
 * <pre>
 *   C0 controls, DEL                       \x1b    the byte
 *   bytes that are not UTF-8               \xff    the byte; for a broken sequence each of its bytes
 *   C1 controls                            &#92;u{9b}  the code point
 *   bidirectional marks and overrides      &#92;u{202e}
 *   line and paragraph separators          &#92;u{2028}
 *   invisible characters, noncharacters    &#92;u{200b}
 * </pre>
 *
 * TAB passes, and LF does in a stream. The joiners U+200C and U+200D and variation selectors pass: scripts and emoji
 * need them, and they move nothing. A backslash passes as well: the purpose is a safe terminal, and text that is full
 * of backslashes (JSON, paths) stays what it is. The output is therefore not meant to be read back: a peer can send the
 * four characters {@code \x1b}.
 *
 * <p>Not thread-safe; one for each stream.
 */
public final class Escaper {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** Code points that are escaped, as pairs of first and last, ascending. Fixed, so that every JDK agrees. */
    private static final int[] HIDDEN = {
        0x80, 0x9f, // C1
        0xad, 0xad, // soft hyphen
        0x34f, 0x34f, // combining grapheme joiner
        0x61c, 0x61c, // Arabic letter mark
        0x115f, 0x1160, // Hangul fillers
        0x17b4, 0x17b5, // Khmer inherent vowels
        0x180e, 0x180e, // Mongolian vowel separator
        0x200b, 0x200b, // zero width space
        0x200e, 0x200f, // left-to-right and right-to-left mark
        0x2028, 0x202e, // line and paragraph separator, embeddings and overrides
        0x2060, 0x206f, // word joiner, invisible operators, isolates, deprecated controls
        0x3164, 0x3164, // Hangul filler
        0xfdd0, 0xfdef, // noncharacters
        0xfeff, 0xfeff, // byte order mark
        0xffa0, 0xffa0, // halfwidth Hangul filler
        0xfff9, 0xfffb, // interlinear annotation
        0x1bca0, 0x1bca3, // shorthand format controls
        0x1d173, 0x1d17a, // musical format controls
        0xe0000, 0xe007f, // tags
    };

    private final boolean lineFeedsPass;
    /** The beginning of a UTF-8 sequence whose rest has not come yet. */
    private final byte[] sequence = new byte[4];

    private int have;
    private int need;

    private Escaper(boolean lineFeedsPass) {
        this.lineFeedsPass = lineFeedsPass;
    }

    /** For bytes that hold their own line breaks: LF passes. */
    public static Escaper ofStream() {
        return new Escaper(true);
    }

    /** For what must stay on one line: LF is escaped. */
    public static Escaper ofLines() {
        return new Escaper(false);
    }

    /** A text on one line, for logs. */
    public static String escape(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        Escaper escaper = ofLines();
        escaper.escape(ByteString.fromString(text, StandardCharsets.UTF_8), out);
        escaper.end(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /**
     * Escapes the next bytes. The bytes of a UTF-8 sequence that is not complete yet (at most 3) are held until the
     * next call or {@link #end}.
     */
    public void escape(ByteString bytes, ByteArrayOutputStream out) {
        byte[] array = bytes.toArrayUnsafe();
        int plain = 0;
        for (int i = 0; i < array.length; i++) {
            if (have == 0 && isPlain(array[i])) {
                continue;
            }
            out.write(array, plain, i - plain);
            plain = i + 1;
            step(array[i], out);
        }
        out.write(array, plain, array.length - plain);
    }

    /** The bytes have ended: writes, escaped, what is held of an incomplete sequence. Another text may follow. */
    public void end(ByteArrayOutputStream out) {
        for (int i = 0; i < have; i++) {
            byteEscape(sequence[i], out);
        }
        have = 0;
    }

    private boolean isPlain(byte b) {
        return (b >= ' ' && b != 0x7f) || b == '\t' || (b == '\n' && lineFeedsPass);
    }

    private void step(byte b, ByteArrayOutputStream out) {
        if (have > 0 && continues(b & 0xff)) {
            sequence[have++] = b;
            if (have == need) {
                endSequence(out);
            }
            return;
        }
        end(out);
        need = sequenceLength(b & 0xff);
        if (need > 0) {
            sequence[have++] = b;
        } else if (isPlain(b)) {
            out.write(b);
        } else {
            byteEscape(b, out);
        }
    }

    /** The length that a first byte announces, 0 when it is none (RFC 3629 section 4). */
    private static int sequenceLength(int b) {
        if (b >= 0xc2 && b <= 0xdf) {
            return 2;
        }
        if (b >= 0xe0 && b <= 0xef) {
            return 3;
        }
        return b >= 0xf0 && b <= 0xf4 ? 4 : 0;
    }

    /** RFC 3629 section 4: the second byte's range keeps out overlong forms, surrogates and what is above U+10FFFF. */
    private boolean continues(int b) {
        int min = 0x80;
        int max = 0xbf;
        if (have == 1) {
            switch (sequence[0] & 0xff) {
                case 0xe0 -> min = 0xa0;
                case 0xed -> max = 0x9f;
                case 0xf0 -> min = 0x90;
                case 0xf4 -> max = 0x8f;
                default -> {}
            }
        }
        return b >= min && b <= max;
    }

    private void endSequence(ByteArrayOutputStream out) {
        int point = sequence[0] & (0x7f >> need);
        for (int i = 1; i < need; i++) {
            point = (point << 6) | (sequence[i] & 0x3f);
        }
        if (isHidden(point)) {
            byte[] escape = ("\\u{" + Integer.toHexString(point) + "}").getBytes(StandardCharsets.US_ASCII);
            out.write(escape, 0, escape.length);
        } else {
            out.write(sequence, 0, need);
        }
        have = 0;
    }

    /** Whether a code point could hide, move or fake text. Those of ASCII are not asked for. */
    static boolean isHidden(int point) {
        for (int i = 0; i < HIDDEN.length && point >= HIDDEN[i]; i += 2) {
            if (point <= HIDDEN[i + 1]) {
                return true;
            }
        }
        return (point & 0xfffe) == 0xfffe;
    }

    private static void byteEscape(byte b, ByteArrayOutputStream out) {
        out.write('\\');
        out.write('x');
        out.write(HEX[(b & 0xf0) >> 4]);
        out.write(HEX[b & 0x0f]);
    }
}
