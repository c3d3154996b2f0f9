package io.penstock.server.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a load consists of. */
public enum LoadMode {
    /** One connection after the other, each with a full handshake and an end in order. */
    HANDSHAKES("handshakes", 16, 0),
    /** The same, but each takes up the session of the one before. */
    RESUMED("handshakes", 16, 0),
    /** Lines in one direction, as many at a time as are due. */
    INGEST("lines", 16, 100),
    /** A line, and the same line back, before the next. */
    ECHO("requests", 64, 64),
    /** Connections that are opened and then held, without a byte. */
    IDLE("connections", 1000, 0);

    private final String units;
    private final int connections;
    private final int size;

    LoadMode(String units, int connections, int size) {
        this.units = units;
        this.connections = connections;
        this.size = size;
    }

    /** The one of a name, which is in lower case. */
    public static Optional<LoadMode> byName(String name) {
        return Arrays.stream(values()).filter(mode -> mode.word().equals(name)).findFirst();
    }

    /** Its name. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is counted, in the plural. */
    public String units() {
        return units;
    }

    /** How many there are at once, unless told otherwise. */
    public int connections() {
        return connections;
    }

    /** Bytes in a line, with its end, unless told otherwise; 0: there are no lines. */
    public int size() {
        return size;
    }

    /** Whether each connection lasts, so that there are several at any moment. */
    public boolean keepsConnections() {
        return this != HANDSHAKES && this != RESUMED;
    }
}
