package io.penstock.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeasurementsTest {
    private final Window window = new Window();
    private final Measurements measurements = new Measurements(window);

    @Test
    void nothingCountsBeforeTheWindowIsSetNorOutsideIt() {
        measurements.answered(new Due(true, 5, 0, 1), 6);
        window.set(10, 20);
        measurements.answered(new Due(true, 8, 0, 1), 9);
        measurements.answered(new Due(true, 21, 0, 1), 22);
        measurements.sent(7, 20);

        assertThat(measurements.units()).isZero();
        assertThat(measurements.bytesSent()).isZero();
        assertThat(measurements.latency().count()).isZero();
    }

    @Test
    void bytesAndUnitsAreThoseOfTheWindow() {
        window.set(10, 20);
        measurements.sent(7, 10);
        measurements.received(8, 19);
        measurements.counted(new Due(false, 9, 0, 650), 11);

        assertThat(measurements.bytesSent()).isEqualTo(7);
        assertThat(measurements.bytesReceived()).isEqualTo(8);
        assertThat(measurements.units()).isEqualTo(650);
        assertThat(measurements.latency().count()).isZero();
    }

    @Test
    void anEarlyEndCutsTheWindow() {
        window.set(10, 1_000_000_010);
        window.end(500_000_010);
        window.end(900_000_010);

        assertThat(window.seconds(2_000_000_000)).isEqualTo(0.5);
        assertThat(window.holds(500_000_009)).isTrue();
        assertThat(window.holds(500_000_010)).isFalse();
    }

    @Test
    void failuresCountAlwaysAndTheirReasonsAreBounded() {
        IntStream.range(0, 100).forEach(i -> measurements.failed("reason " + i));
        measurements.failed("reason 0");

        assertThat(measurements.failures())
                .hasSize(21)
                .containsEntry("reason 0", 2L)
                .containsEntry("other reasons", 80L);
    }

    @Test
    void recentLatenciesAreThoseSinceTheLastLook() {
        window.set(0, 1_000);
        measurements.answered(new Due(true, 0, 0, 1), 100);
        assertThat(measurements.recent().most()).isEqualTo(100);
        measurements.answered(new Due(true, 0, 0, 1), 50);

        assertThat(measurements.recent().most()).isEqualTo(50);
        assertThat(measurements.latency().count()).isEqualTo(2);
        assertThat(measurements.latency().most()).isEqualTo(100);
    }
}
