package io.penstock.server.bench;

import io.penstock.server.tls.ClientConnection;
import io.penstock.server.tls.ClientFailedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One connection that is opened, measured, and then held: who waits for the server's bytes notices its end. */
final class IdleWork implements Work {
    private final Dialer dialer;
    private final Schedule schedule;
    private final Window window;
    private final Measurements measurements;
    private final LoadClock clock;
    private volatile @Nullable ClientConnection current;

    /**
     * @param schedule when to open it
     */
    IdleWork(Dialer dialer, Schedule schedule, Window window, Measurements measurements, LoadClock clock) {
        this.dialer = dialer;
        this.schedule = schedule;
        this.window = window;
        this.measurements = measurements;
        this.clock = clock;
    }

    @Override
    public void prepare() throws IOException {
        clock.sleepUntil(schedule.next(clock.nanos()), () -> window.isOver(clock.nanos()));
        dialer.await();
        Due due = schedule.take(clock.nanos(), 1);
        current = dialer.dial();
        measurements.answered(due, clock.nanos());
    }

    /** Its unit is the opening. */
    @Override
    public boolean isAnswered() {
        return false;
    }

    @Override
    public boolean repeats() {
        return false;
    }

    @Override
    public void perform(Due due) throws IOException {
        ClientConnection connection = current;
        if (connection != null) {
            Endings.drain(connection);
        }
        if (!window.isOver(clock.nanos())) {
            throw Endings.early();
        }
    }

    @Override
    public void stop() {
        try {
            ClientConnection connection = current;
            if (connection != null) {
                connection.end();
            }
        } catch (ClientFailedException e) {
            // Its own thread hears of it, too, and says so.
        }
    }

    @Override
    public void finish() {
        close();
    }

    @Override
    public void close() {
        Endings.close(current);
    }
}
