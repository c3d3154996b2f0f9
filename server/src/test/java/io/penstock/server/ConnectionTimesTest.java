package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.InvalidSettingsException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTimesTest {
    private static ConnectionTimes of(String settings) {
        return ServerSettings.from(Harness.config(settings)).times();
    }

    @Test
    void areOffButForAPeerThatTakesNothing() {
        ConnectionTimes times = of("");
        assertThat(times.firstByte()).isEmpty();
        assertThat(times.idle()).isEmpty();
        assertThat(times.readIdle()).isEmpty();
        assertThat(times.writeIdle()).isEmpty();
        assertThat(times.deadPeer()).isEmpty();
        assertThat(times.maxLifetime()).isEmpty();
        assertThat(times.lifetime(0.5)).isEmpty();
        assertThat(times.write()).isEqualTo(Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.9, 10", "0.1, 0, 10", "0.1, 1, 9", "0.1, 0.5, 9.5", "1, 0.25, 7.5"})
    void letNoConnectionLiveLongerThanItMay(double jitter, double chance, double seconds) {
        assertThat(of("max-lifetime = 10s, max-lifetime-jitter = " + jitter).lifetime(chance))
                .contains(Duration.ofMillis((long) (seconds * 1000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9s", "25h", "10500ms"})
    void refuseATimeForDeadPeersThatKeepAlivesCannotHave(String time) {
        assertThatThrownBy(() -> of("dead-peer-timeout = " + time))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(
                        "penstock.dead-peer-timeout: " + time + " (expected: whole seconds, 10s..86400s)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.1", "1.1", "x", "NaN"})
    void refuseAJitterThatIsNoPart(String jitter) {
        assertThatThrownBy(() -> of("max-lifetime-jitter = " + jitter))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("penstock.max-lifetime-jitter: " + jitter + " (expected: ");
    }
}
