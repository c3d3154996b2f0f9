package io.penstock.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * A server answers within a millisecond, and once it stalls: ten seconds, a hundred requests a second, by one connection
 * and by a clock of our own.
 */
class CoordinatedOmissionTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final TestLoadClock clock = new TestLoadClock();
    private final Window window = new Window();
    private final Measurements measurements = new Measurements(window);

    /** One request after the other, each as long as the server takes for it. */
    private final class Requests implements Work {
        private final LongUnaryOperator server;
        private boolean cut;

        Requests(LongUnaryOperator server) {
            this.server = server;
        }

        @Override
        public void prepare() {}

        @Override
        public void perform(Due due) throws IOException {
            clock.pass(server.applyAsLong(clock.nanos()));
            if (clock.nanos() > 11 * SECOND) {
                throw new IOException("broken off");
            }
            if (cut) {
                cut = false;
                throw new IOException("cut");
            }
            measurements.answered(due, clock.nanos());
        }

        @Override
        public void finish() {}

        @Override
        public void close() {}
    }

    private Latency measure(Requests requests, Schedule schedule) {
        return measure(requests, schedule, 0);
    }

    private Latency measure(Requests requests, Schedule schedule, long from) {
        window.set(from, 10 * SECOND);
        Worker worker = new Worker(requests, begun -> schedule, window, measurements, clock);
        worker.begin(0);
        worker.run();
        return measurements.latency();
    }

    private static Schedule aHundredASecond() {
        return Schedule.every(0, 10.0 * MILLI);
    }

    /** From the third second on, for one. */
    private static long stallsOnce(long now) {
        return now >= 3 * SECOND && now < 3 * SECOND + 9 * MILLI ? SECOND : MILLI;
    }

    @Test
    void aStallIsSeenByEveryRequestThatWasDueInIt() {
        Latency latency = measure(new Requests(CoordinatedOmissionTest::stallsOnce), aHundredASecond());

        assertThat(latency.count()).isEqualTo(1_000);
        // A hundred were due while nothing happened, and a dozen had to wait for those: every tenth was late.
        assertThat(latency.p50()).isCloseTo(MILLI, within(MILLI / 100));
        assertThat(latency.p90()).isGreaterThan(50 * MILLI);
        assertThat(latency.p99()).isGreaterThan(850 * MILLI);
        assertThat(latency.most()).isCloseTo(SECOND, within(SECOND / 500));
        assertThat(measurements.units()).isEqualTo(1_000);
        assertThat(measurements.unanswered()).isZero();
    }

    @Test
    void withoutARateItIsOneSlowAnswerAmongThousands() {
        Latency latency = measure(new Requests(CoordinatedOmissionTest::stallsOnce), Schedule.asAnswersCome());

        assertThat(latency.p999()).isCloseTo(MILLI, within(MILLI / 100));
        assertThat(latency.most()).isCloseTo(SECOND, within(SECOND / 500));
    }

    @Test
    void aStallUntilTheEndIsNotLeftOut() {
        Requests stalls = new Requests(now -> now >= 9 * SECOND ? 5 * SECOND : MILLI);

        Latency latency = measure(stalls, aHundredASecond());

        assertThat(measurements.units()).isEqualTo(900);
        assertThat(measurements.unanswered()).isEqualTo(100);
        assertThat(latency.count()).isEqualTo(1_000);
        assertThat(latency.most()).isCloseTo(SECOND, within(SECOND / 500));
        assertThat(latency.p99()).isGreaterThan(850 * MILLI);
        assertThat(measurements.failures()).isEmpty();
    }

    @Test
    void anAnswerThatComesAfterTheEndCountsAsLateButNotAsThroughput() {
        Requests slow = new Requests(now -> now >= 9_990 * MILLI ? 500 * MILLI : MILLI);

        Latency latency = measure(slow, aHundredASecond());

        assertThat(measurements.units()).isEqualTo(999);
        assertThat(latency.count()).isEqualTo(1_000);
        assertThat(latency.most()).isCloseTo(500 * MILLI, within(MILLI));
    }

    @Test
    void whatWasDueInTheWarmUpIsNotMeasured() {
        Latency latency = measure(new Requests(CoordinatedOmissionTest::stallsOnce), aHundredASecond(), 5 * SECOND);

        assertThat(latency.count()).isEqualTo(500);
        assertThat(latency.most()).isCloseTo(MILLI, within(MILLI / 100));
        assertThat(measurements.units()).isEqualTo(500);
    }

    @Test
    void aServerThatIsTooSlowFallsBehindMoreAndMore() {
        Latency latency = measure(new Requests(now -> 20 * MILLI), aHundredASecond());

        assertThat(measurements.units()).isBetween(499L, 500L);
        assertThat(latency.count()).isEqualTo(1_000);
        assertThat(latency.most()).isBetween(4_900 * MILLI, 5_100 * MILLI);
        assertThat(latency.p50()).isGreaterThan(2_000 * MILLI);
    }

    @Test
    void aRequestThatFailsIsCountedWithItsReasonAndTheOthersGoOn() {
        Requests requests = new Requests(now -> MILLI);
        requests.cut = true;

        Latency latency = measure(requests, aHundredASecond());

        assertThat(measurements.failures()).containsOnly(org.assertj.core.api.Assertions.entry("cut", 1L));
        assertThat(latency.count()).isEqualTo(999);
        // While the connection was made anew: the pause is the client's, but a user would wait for it, too.
        assertThat(latency.most()).isGreaterThan(80 * MILLI);
    }
}
