package io.penstock.testkit.soak;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A frame of an honest sender: {@code 17 4 POISON xxxx}.
 *
 * @param session whose it is; a number for each connection
 * @param number within the session, from 1
 */
record Frame(int session, int number, Kind kind) {
    /** Bytes; longer ones are bad. */
    static final int LONGEST = 2048;

    /** What is to become of it. */
    enum Kind {
        FINE,
        /** The processor throws at it. */
        POISON,
        /** The processor cannot work when it sees it first. */
        OUTAGE,
        /** The processor never answers. */
        STUCK,
        /** Longer than is allowed. */
        LONG
    }

    private static final Pattern FORM = Pattern.compile("(\\d{1,9}) (\\d{1,9}) ([A-Z]+) x*");

    /** What the processor sees; empty: it is nobody's who is honest. */
    static Optional<Frame> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new Frame(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Kind.valueOf(matcher.group(3))))
                : Optional.empty();
    }

    String text() {
        int filler = kind == Kind.LONG ? 2 * LONGEST : number % 64;
        return session + " " + number + " " + kind + " " + "x".repeat(filler);
    }
}
