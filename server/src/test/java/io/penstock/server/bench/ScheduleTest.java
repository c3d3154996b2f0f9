package io.penstock.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static long[] times(Due due) {
        return IntStream.range(0, due.count()).mapToLong(due::at).toArray();
    }

    @Nested
    class WithARate {
        private final Schedule schedule = Schedule.every(1_000, 100);

        @Test
        void unitsAreDueAtFixedTimesHoweverLateTheyAreTaken() {
            assertThat(schedule.next(0)).isEqualTo(1_000);
            assertThat(schedule.take(1_000, 1).first()).isEqualTo(1_000);
            assertThat(schedule.next(5_000)).isEqualTo(1_100);
            assertThat(schedule.take(5_000, 1).first()).isEqualTo(1_100);
            assertThat(schedule.take(5_001, 1).first()).isEqualTo(1_200);
        }

        @Test
        void everythingThatIsDueCanBeTakenAtOnce() {
            assertThat(times(schedule.take(1_399, 10))).containsExactly(1_000, 1_100, 1_200, 1_300);
            assertThat(schedule.next(1_399)).isEqualTo(1_400);
        }

        @Test
        void noMoreIsTakenThanIsWanted() {
            assertThat(times(schedule.take(9_999, 2))).containsExactly(1_000, 1_100);
            assertThat(times(schedule.take(9_999, 2))).containsExactly(1_200, 1_300);
        }

        @Test
        void whoHasWaitedTakesOneAlsoWhenTheClockSaysThatItIsEarly() {
            assertThat(times(schedule.take(999, 5))).containsExactly(1_000);
        }

        @Test
        void anIntervalThatIsNoWholeNumberDoesNotDrift() {
            Schedule thirds = Schedule.every(0, 1e9 / 3);
            thirds.take(2_999_999_999_999L, 8_999);

            assertThat(thirds.next(0)).isBetween(2_999_666_666_665L, 2_999_666_666_667L);
        }
    }

    @Nested
    class WithoutARate {
        private final Schedule schedule = Schedule.asAnswersCome();

        @Test
        void aUnitIsDueWhenItIsTaken() {
            assertThat(schedule.next(77)).isEqualTo(77);
            assertThat(schedule.take(77, 1)).isEqualTo(new Due(false, 77, 0, 1));
        }

        @Test
        void thereAreAlwaysAsManyAsAreWanted() {
            assertThat(schedule.take(77, 650).count()).isEqualTo(650);
        }
    }
}
