package io.penstock.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The built-in protocols by name. */
public final class Protocols {
    /** Bytes as they come: each read is a frame, cut where it is longer than the maximum frame size. */
    public static final Protocol RAW = new RawProtocol();

    /** Lines ended by LF or CRLF; the delimiter is not part of the frame. */
    public static final Protocol LINES = new LinesProtocol();

    private static final Map<String, Protocol> BY_NAME = Map.of("raw", RAW, "lines", LINES);
    private static final Set<String> LATER = Set.of("nul", "length", "varint", "netstring", "json", "syslog", "relp");

    private Protocols() {}

    public static Optional<Protocol> byName(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The names that {@link #byName} knows, sorted. */
    public static List<String> names() {
        return BY_NAME.keySet().stream().sorted().toList();
    }

    /** Whether a name is reserved for a protocol that a later version brings. */
    public static boolean isPlanned(String name) {
        return LATER.contains(name.split(":", 2)[0]);
    }
}
