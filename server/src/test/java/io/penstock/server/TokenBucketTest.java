package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long BEGIN = -7;

    private final TokenBucket bucket = new TokenBucket(100, BEGIN);

    private static long at(long millis) {
        return BEGIN + Duration.ofMillis(millis).toNanos();
    }

    @Test
    void holdsOneSecondsWorthAtFirst() {
        bucket.take(99, at(0));
        assertThat(bucket.nanosToWait(at(0))).isZero();
        bucket.take(1, at(0));
        assertThat(bucket.nanosToWait(at(0))).isEqualTo(10_000_000);
        assertThat(bucket.nanosToWait(at(9))).isEqualTo(1_000_000);
        assertThat(bucket.nanosToWait(at(10))).isZero();
    }

    @Test
    void holdsNoMoreAfterALongTime() {
        bucket.take(100, at(3_600_000));
        assertThat(bucket.nanosToWait(at(3_600_000))).isEqualTo(10_000_000);
    }

    @Test
    void isOwedWhatIsTakenTooMuch() {
        bucket.take(1100, at(0));
        assertThat(bucket.nanosToWait(at(0))).isEqualTo(at(10_010) - BEGIN);
        assertThat(bucket.nanosToWait(at(10_010))).isZero();
    }

    @Test
    void isNotEmptiedByATimeThatIsOlder() {
        bucket.take(100, at(1000));
        assertThat(bucket.nanosToWait(at(10))).isEqualTo(10_000_000);
        assertThat(bucket.nanosToWait(at(1010))).isZero();
    }
}
