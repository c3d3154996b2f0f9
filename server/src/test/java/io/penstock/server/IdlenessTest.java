package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.ConnectionEnd;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** In milliseconds of a clock that begins below zero, as nanoTime may. */
class IdlenessTest {
    private static final long BEGIN = -5;

    private static Idleness of(String... settings) {
        Idleness idleness = new Idleness(
                ServerSettings.from(Harness.config(String.join("\n", settings))).times());
        idleness.opened(at(0));
        return idleness;
    }

    private static long at(long millis) {
        return Duration.ofMillis(BEGIN + millis).toNanos();
    }

    /** At the second look. */
    private static String end(Idleness idleness, long millis) {
        assertThat(idleness.end(at(millis))).isEmpty();
        return idleness.end(at(millis)).map(ConnectionEnd::code).orElse("");
    }

    @Test
    void isOffUntilATimeIsConfigured() {
        assertThat(of().isOff()).isTrue();
        assertThat(of().left(at(1000))).isEmpty();
        assertThat(of("write-idle-timeout = 1s").isOff()).isFalse();
    }

    @Test
    void countsTheFirstByteOnce() {
        Idleness idleness = of("first-byte-timeout = 10ms");
        assertThat(end(idleness, 9)).isEmpty();
        assertThat(end(idleness, 10)).isEqualTo("first-byte-timeout");
        idleness.read(at(10));
        assertThat(end(idleness, 1000)).isEmpty();
        assertThat(idleness.left(at(1000))).isEmpty();
    }

    @Test
    void isNotMovedByExcusesBeforeTheFirstByte() {
        Idleness idleness = of("first-byte-timeout = 10ms");
        idleness.excuse(at(9));
        assertThat(end(idleness, 10)).isEqualTo("first-byte-timeout");
    }

    @Test
    void takesMovementInEitherDirectionForIdleTimeout() {
        Idleness idleness = of("idle-timeout = 10ms");
        idleness.read(at(5));
        idleness.written(at(8));
        assertThat(end(idleness, 17)).isEmpty();
        assertThat(end(idleness, 18)).isEqualTo("idle-timeout");
    }

    @Test
    void tellsTheDirectionsApart() {
        Idleness reading = of("read-idle-timeout = 10ms");
        reading.written(at(8));
        assertThat(end(reading, 10)).isEqualTo("read-idle-timeout");
        Idleness writing = of("write-idle-timeout = 10ms");
        writing.read(at(8));
        assertThat(end(writing, 10)).isEqualTo("write-idle-timeout");
    }

    @Test
    void beginsAnewAfterAnExcuse() {
        Idleness idleness = of("read-idle-timeout = 10ms", "write-idle-timeout = 10ms");
        idleness.excuse(at(9));
        assertThat(end(idleness, 18)).isEmpty();
        assertThat(end(idleness, 19)).isEqualTo("read-idle-timeout");
    }

    @Test
    void saysWhenToLookAgain() {
        Idleness idleness = of("first-byte-timeout = 30ms", "idle-timeout = 20ms", "read-idle-timeout = 25ms");
        assertThat(idleness.left(at(5))).contains(Duration.ofMillis(15));
        idleness.written(at(15));
        assertThat(idleness.left(at(20))).contains(Duration.ofMillis(5));
        assertThat(idleness.left(at(2000))).contains(Duration.ofMillis(1));
    }

    @Test
    void looksOnceMoreAsTheProcessItselfMayHaveBeenHeldUp() {
        Idleness idleness = of("read-idle-timeout = 40ms");
        assertThat(idleness.end(at(60_000))).isEmpty();
        assertThat(idleness.left(at(60_000))).contains(Duration.ofMillis(10));
        idleness.read(at(60_001));
        assertThat(idleness.end(at(60_010))).isEmpty();
        assertThat(idleness.left(at(60_010))).contains(Duration.ofMillis(31));
        assertThat(end(idleness, 60_041)).isEqualTo("read-idle-timeout");
    }

    @Test
    void isNotPutOffByMovementThatALimitDoesNotMind() {
        Idleness idleness = of("read-idle-timeout = 40ms");
        assertThat(idleness.end(at(40))).isEmpty();
        idleness.written(at(45));
        assertThat(idleness.end(at(50)).map(ConnectionEnd::code)).contains("read-idle-timeout");
    }
}
