package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DrainPaceTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long SECOND = 1_000_000_000;

    private static List<Long> ids(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void tellsAllAtOnceWithoutARate() {
        DrainPace pace = new DrainPace(ids(1, 1000), Optional.empty(), MINUTE, 7);
        assertThat(pace.due(7)).hasSize(1000);
        assertThat(pace.next()).isEmpty();
    }

    @Test
    void tellsSoManyInASecondTheFirstOneAtOnce() {
        DrainPace pace = new DrainPace(ids(1, 10), Optional.of(4), MINUTE, 0);
        assertThat(pace.due(0)).containsExactly(1L);
        assertThat(pace.next()).hasValue(Duration.ofMillis(250));
        assertThat(pace.due(SECOND / 4 - 1)).isEmpty();
        assertThat(pace.due(SECOND / 4)).containsExactly(2L);
        assertThat(pace.due(SECOND)).as("a timer that came late").containsExactly(3L, 4L, 5L);
        assertThat(pace.due(5 * SECOND)).hasSize(5);
        assertThat(pace.next()).isEmpty();
    }

    @Test
    void isRaisedSoThatTheLastOneIsToldAfterFourFifthsOfTheTimeout() {
        DrainPace pace = new DrainPace(ids(1, 1000), Optional.of(1), Duration.ofSeconds(10), 0);
        assertThat(pace.due(4 * SECOND)).hasSize(501);
        assertThat(pace.due(8 * SECOND)).hasSize(499);
        assertThat(pace.next()).isEmpty();
    }

    @Test
    void asksForNoTimerThatIsFasterThanPekkos() {
        DrainPace pace = new DrainPace(ids(1, 100_000), Optional.of(50_000), MINUTE, 0);
        assertThat(pace.due(0)).hasSize(1);
        assertThat(pace.next()).hasValue(Duration.ofMillis(10));
        assertThat(pace.due(SECOND / 100)).hasSize(500);
    }

    @Test
    void hasNothingToTellWhereNobodyIs() {
        DrainPace pace = new DrainPace(List.of(), Optional.of(1), MINUTE, 0);
        assertThat(pace.due(0)).isEmpty();
        assertThat(pace.next()).isEmpty();
    }
}
