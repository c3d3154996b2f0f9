package io.penstock.server.cli;

import io.penstock.protocol.SettingsReader;
import java.time.Duration;
import java.util.Optional;

/**
 * How the standalone writes its log.
 *
 * @param summaryInterval how often the counters are written, while they change; empty: only at the end
 */
record LogSettings(Level level, Format format, Optional<Duration> summaryInterval) {
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
        return new LogSettings(
                reader.choice("log.level", Level.class),
                reader.choice("log.format", Format.class),
                reader.durationOrOff("log.summary-interval"));
    }
}
