package io.penstock.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads what stands before the data of a RELP frame, byte by byte, so that any split gives the same.
 *
 * <pre>
 *   +---------+----+-----------+----+-----------+------------------+----+
 *   |  TXNR   | SP |  COMMAND  | SP |  DATALEN  | [SP   data]      | LF |
 *   +---------+----+-----------+----+-----------+------------------+----+
 *     1 to 9         1 to 32          1 to 9      if DATALEN is not
 *     digits         letters          digits      0: so many bytes
 * </pre>
 *
 * Not thread-safe.
 */
final class RelpHeader {
    /** The highest transaction number; 1 follows. */
    static final int LAST_TXNR = 999_999_999;

    /** The longest data that a header can announce, in bytes. */
    static final int MOST_DATA = 999_999_999;

    private static final int MOST_DIGITS = 9;
    private static final int MOST_LETTERS = 32;

    private enum Field {
        TXNR("a transaction number"),
        COMMAND("a command"),
        LENGTH("a length"),
        WHOLE("");

        private final String words;

        Field(String words) {
            this.words = words;
        }
    }

    private final byte[] letters = new byte[MOST_LETTERS];
    private Field field = Field.TXNR;
    private int txnr;
    private int letterCount;
    private int length;
    /** Bytes of the current field, and of all of them. */
    private int inField;

    private int taken;
    private @Nullable String fault;

    /**
     * Goes on until it is whole, faulty, or nothing is left.
     *
     * @return where it stopped; when it is whole, at the data, or at the LF where there are none
     */
    int read(ByteBuffer bytes, int from, int to) {
        int at = from;
        while (at < to && field != Field.WHOLE && fault == null) {
            byte next = bytes.get(at);
            if (field == Field.LENGTH && next == '\n' && inField > 0 && length == 0) {
                field = Field.WHOLE;
                return at;
            }
            take(next);
            at++;
        }
        return at;
    }

    private void take(byte next) {
        taken++;
        if (next == ' ' && inField > 0) {
            endField();
        } else if (field == Field.COMMAND) {
            letter(next);
        } else {
            digit(next);
        }
    }

    private void endField() {
        switch (field) {
            case TXNR -> field = Field.COMMAND;
            case COMMAND -> field = Field.LENGTH;
            default -> {
                field = Field.WHOLE;
                if (length == 0) {
                    fault = "byte 0x20 after length 0 (expected: LF)";
                }
            }
        }
        inField = 0;
    }

    private void letter(byte next) {
        if ((next < 'a' || next > 'z') && (next < 'A' || next > 'Z')) {
            wrong(next, "a letter");
        } else if (inField++ == MOST_LETTERS) {
            fault = "command of more than " + MOST_LETTERS + " letters";
        } else {
            letters[letterCount++] = next;
        }
    }

    private void digit(byte next) {
        if (next < '0' || next > '9') {
            wrong(next, "a digit");
        } else if (inField++ == MOST_DIGITS) {
            fault = field.words.substring(2) + " of more than " + MOST_DIGITS + " digits";
        } else if (field == Field.TXNR) {
            txnr = txnr * 10 + (next - '0');
        } else {
            length = length * 10 + (next - '0');
        }
    }

    private void wrong(byte next, String expected) {
        fault = "byte 0x%02x in %s (expected: %s)"
                .formatted(next, field.words, inField == 0 ? expected : expected + " or a space");
    }

    /** Whether all of it has come. */
    boolean whole() {
        return field == Field.WHOLE && fault == null;
    }

    /** What is wrong with it and what was expected; null: nothing so far. */
    @Nullable
    String fault() {
        return fault;
    }

    int txnr() {
        return txnr;
    }

    /** Bytes of data that follow. */
    int length() {
        return length;
    }

    boolean is(byte[] command) {
        if (command.length != letterCount) {
            return false;
        }
        for (int i = 0; i < command.length; i++) {
            if (command[i] != letters[i]) {
                return false;
            }
        }
        return true;
    }

    /** Letters only. */
    String command() {
        return new String(letters, 0, letterCount, StandardCharsets.US_ASCII);
    }

    /** How many bytes of it have come. */
    int taken() {
        return taken;
    }

    /** Begins the next one. */
    void reset() {
        field = Field.TXNR;
        txnr = 0;
        letterCount = 0;
        length = 0;
        inField = 0;
        taken = 0;
        fault = null;
    }
}
