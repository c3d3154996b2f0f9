package io.penstock.server;

import io.penstock.protocol.SettingsReader;
import java.time.Duration;
import java.util.Optional;

/**
 * How a port stops.
 *
 * @param preStopDelay how long it is not ready, and accepts all the same
 * @param timeout how long connections have to end, after that; then they are cut
 * @param rate how many connections are told to end in a second; empty: all at once
 */
public record DrainSettings(Duration preStopDelay, Duration timeout, Optional<Integer> rate) {
    /** The most that can be configured for a rate. */
    private static final int MOST = 1_000_000;

    /** Problems are left in the reader. */
    static DrainSettings read(SettingsReader reader) {
        return new DrainSettings(
                reader.durationOrOff("pre-stop-delay").orElse(Duration.ZERO),
                reader.duration("drain-timeout"),
                reader.integerOrOff("drain-rate", 1, MOST));
    }

    /** From the first word to the last connection. */
    public Duration longest() {
        return preStopDelay.plus(timeout);
    }
}
