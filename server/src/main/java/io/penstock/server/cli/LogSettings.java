package io.penstock.server.cli;

import io.penstock.protocol.SettingsReader;

/** How the standalone writes its log. */
record LogSettings(Level level, Format format) {
    /** From rare to verbose. */
    enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** What a line looks like. */
    enum Format {
        TEXT,
        JSON
    }

    static LogSettings read(SettingsReader reader) {
        return new LogSettings(reader.choice("log.level", Level.class), reader.choice("log.format", Format.class));
    }
}
