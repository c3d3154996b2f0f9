package io.penstock.server.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes text from elsewhere harmless for a terminal and a log. */
final class Printable {
    /** C0, DEL, C1, line separators, and the marks that turn the direction of text. */
    private static final String HARMFUL =
            "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069";

    private static final Pattern IN_A_LINE = Pattern.compile("[\\t\\n" + HARMFUL + "]");
    private static final Pattern IN_LINES = Pattern.compile("[" + HARMFUL + "]");

    private Printable() {}

    /** One line. */
    static String line(String text) {
        return escape(IN_A_LINE, text);
    }

    /** Line feeds and tabs stay. */
    static String lines(String text) {
        return escape(IN_LINES, text);
    }

    private static String escape(Pattern harmful, String text) {
        Matcher matcher = harmful.matcher(text);
        return matcher.find() ? matcher.replaceAll(found -> escape(found.group().charAt(0))) : text;
    }

    private static String escape(char c) {
        return Matcher.quoteReplacement(
                c < 0x80 ? String.format("\\x%02x", (int) c) : String.format("\\u{%x}", (int) c));
    }
}
