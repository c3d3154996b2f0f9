package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NumbersTest {
    @Test
    void timesHaveThreeDigitsAndTheirUnit() {
        assertThat(Numbers.time(1_234)).isEqualTo("1.23 us");
        assertThat(Numbers.time(873_400)).isEqualTo("873 us");
        assertThat(Numbers.time(12_345_678)).isEqualTo("12.3 ms");
        assertThat(Numbers.time(1_204_000_000)).isEqualTo("1.20 s");
        assertThat(Numbers.time(Duration.ofSeconds(90))).isEqualTo("1m30s");
    }

    @Test
    void bytesAreDecimal() {
        assertThat(Numbers.bytes(999)).isEqualTo("999 B");
        assertThat(Numbers.bytes(19_970_816)).isEqualTo("20.0 MB");
        assertThat(Numbers.bytes(1.5e15)).isEqualTo("1,500 TB");
    }

    @Test
    void ratesHaveDecimalsWhereThoseSaySomething() {
        assertThat(Numbers.rate(0.25)).isEqualTo("0.25");
        assertThat(Numbers.rate(31_204.4)).isEqualTo("31,204");
    }
}
