package io.penstock.server.bench;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * One connection's part of a load, for a thread of its own: prepare, wait for the others, work while the window is open,
 * end. A connection that fails is counted and made anew.
 */
final class Worker implements Runnable {
    /** Between two attempts, lest a server that is gone keeps the generator busy. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

    private final Work work;
    private final LongFunction<Schedule> schedules;
    private final Window window;
    private final Measurements measurements;
    private final LoadClock clock;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Long> begun = new CompletableFuture<>();
    private volatile boolean connected;
    private volatile boolean abandoned;

    /**
     * @param schedules makes the plan from the moment at which the work begins
     */
    Worker(Work work, LongFunction<Schedule> schedules, Window window, Measurements measurements, LoadClock clock) {
        this.work = work;
        this.schedules = schedules;
        this.window = window;
        this.measurements = measurements;
        this.clock = clock;
    }

    /** Has connected, or failed to. */
    CompletableFuture<Void> ready() {
        return ready;
    }

    /** All are ready, and this is the moment. */
    void begin(long now) {
        begun.complete(now);
    }

    /** Also after it has ended in order: whether there was a connection to end. */
    boolean isConnected() {
        return connected;
    }

    /** The window is over. */
    void stop() {
        work.stop();
    }

    /** It has had its time to end in order. */
    void abandon() {
        abandoned = true;
        work.close();
    }

    @Override
    public void run() {
        try {
            prepare();
            ready.complete(null);
            long start = begun.join();
            Schedule schedule = work.repeats() ? schedules.apply(start) : Schedule.asAnswersCome();
            while (!isOver() && (connected || work.repeats())) {
                turn(schedule);
            }
            if (schedule.next(window.to()) - window.to() < 0) {
                measurements.unanswered(schedule.take(window.to(), Integer.MAX_VALUE));
            }
            finish();
        } finally {
            ready.complete(null);
            work.close();
        }
    }

    private boolean isOver() {
        return window.isOver(clock.nanos());
    }

    private void prepare() {
        connected = attempt(work::prepare);
    }

    private void turn(Schedule schedule) {
        if (!connected) {
            clock.sleepUntil(clock.nanos() + PAUSE, this::isOver);
            prepare();
            return;
        }
        clock.sleepUntil(schedule.next(clock.nanos()), this::isOver);
        long now = clock.nanos();
        if (!window.isOver(now)) {
            perform(schedule.take(now, work.batch()));
        }
    }

    private void perform(Due due) {
        connected = attempt(() -> work.perform(due));
        if (!connected && isOver() && (due.planned() || work.isAnswered())) {
            measurements.unanswered(due);
        }
    }

    private void finish() {
        if (connected && !attemptToFinish() && abandoned) {
            measurements.failed("the server did not end the connection when it was asked to");
        }
    }

    private interface Attempt {
        void run() throws IOException;
    }

    /** What fails after the end has not been answered; that is counted elsewhere. */
    private boolean attempt(Attempt attempt) {
        try {
            attempt.run();
            return true;
        } catch (IOException e) {
            if (!isOver()) {
                measurements.failed(String.valueOf(e.getMessage()));
            }
            return false;
        }
    }

    private boolean attemptToFinish() {
        try {
            work.finish();
            return true;
        } catch (IOException e) {
            if (!abandoned) {
                measurements.failed(String.valueOf(e.getMessage()));
            }
            return false;
        }
    }
}
