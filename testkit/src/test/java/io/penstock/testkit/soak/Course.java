package io.penstock.testkit.soak;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How long everything goes on: for a number of rounds, so that a build takes the same each time, or for a time. */
final class Course {
    private static final String KEY = "suites.soak";

    private final int rounds;
    private final long deadline;
    private final CountDownLatch over = new CountDownLatch(1);

    private Course(int rounds, long deadline) {
        this.rounds = rounds;
        this.deadline = deadline;
    }

    static Course of(int rounds) {
        return new Course(rounds, 0);
    }

    /** As {@code -Dsuites.soak=2m} says; without it a few rounds. */
    static Course configured(int rounds) {
        String time = System.getProperty(KEY, "");
        if (time.isEmpty()) {
            return of(rounds);
        }
        Duration duration = ConfigFactory.parseMap(Map.of(KEY, time)).getDuration(KEY);
        return new Course(Integer.MAX_VALUE, System.nanoTime() + duration.toNanos());
    }

    boolean isTimed() {
        return rounds == Integer.MAX_VALUE;
    }

    /** Whether another round is to be made, after so many. */
    boolean goesOn(int made) {
        return over.getCount() > 0 && made < rounds && (!isTimed() || System.nanoTime() < deadline);
    }

    /** Between rounds of what is done now and then only; not at all where rounds are counted. */
    void pause(Duration pause) throws InterruptedException {
        if (isTimed()) {
            over.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Nobody makes another round: something is wrong. */
    void stop() {
        over.countDown();
    }
}
