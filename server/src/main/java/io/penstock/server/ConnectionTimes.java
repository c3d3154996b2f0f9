package io.penstock.server;

import io.penstock.protocol.SettingsReader;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a connection may say nothing, take nothing, or be there. All of it is measured with {@link System#nanoTime}, so
 * that setting the clock of the host ends no connection.
 *
 * @param firstByte from the end of the handshake to the first byte of data
 * @param idle without a byte in either direction
 * @param readIdle without a byte from the client
 * @param writeIdle without a byte to the client
 * @param write how long a client may take nothing of what waits for it
 * @param deadPeer how long the host of a client may answer nothing, not even TCP; empty: the system's times
 * @param maxLifetime from the end of the handshake
 * @param maxLifetimeJitter the part of it, 0 to 1, that chance may take away
 */
public record ConnectionTimes(
        Optional<Duration> firstByte,
        Optional<Duration> idle,
        Optional<Duration> readIdle,
        Optional<Duration> writeIdle,
        Duration write,
        Optional<Duration> deadPeer,
        Optional<Duration> maxLifetime,
        double maxLifetimeJitter) {
    static final String FIRST_BYTE = "first-byte-timeout";
    static final String IDLE = "idle-timeout";
    static final String READ_IDLE = "read-idle-timeout";
    static final String WRITE_IDLE = "write-idle-timeout";
    static final String WRITE = "write-timeout";
    static final String DEAD_PEER = "dead-peer-timeout";
    static final String MAX_LIFETIME = "max-lifetime";

    /** Problems are left in the reader. */
    static ConnectionTimes read(SettingsReader reader) {
        return new ConnectionTimes(
                reader.durationOrOff(FIRST_BYTE),
                reader.durationOrOff(IDLE),
                reader.durationOrOff(READ_IDLE),
                reader.durationOrOff(WRITE_IDLE),
                reader.duration(WRITE),
                KeepAlive.read(reader, DEAD_PEER),
                reader.durationOrOff(MAX_LIFETIME),
                reader.fraction("max-lifetime-jitter"));
    }

    /**
     * How long one connection may live.
     *
     * @param chance 0 to 1; 0 gives the whole of {@link #maxLifetime()}
     */
    Optional<Duration> lifetime(double chance) {
        return maxLifetime.map(whole ->
                Duration.ofNanos(Math.max(1, (long) (whole.toNanos() * (1 - maxLifetimeJitter * chance)))));
    }
}
