package io.penstock.protocol;

/** What answers a line once it is as far as its listener promises ({@code penstock.lines.reply}). */
public enum LinesReply {
    /** Nothing. */
    NONE,
    /** The line itself; nothing where it is refused. */
    ECHO,
    /** A line with its number within the connection, from 1; {@code N refused: reason} where it is refused. */
    COUNT,
    /** The same, but of the lines that are accepted together only the number of the last. */
    BATCH
}
