package io.penstock.server.loop;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which code holds up a loop, and with it all connections of that: once for each task that has not ended between
 * two looks.
 */
final class Watchdog implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final long LOOK = TimeUnit.SECONDS.toNanos(1);
    private static final int DEPTH = 30;
    /** In the place of a loop's count of tasks. */
    private static final long ASLEEP = -1;

    private final Thread thread;
    private final List<EventLoop> loops;
    private final long[] seen;
    private final long[] told;
    private volatile boolean stopped;

    Watchdog(String name, List<EventLoop> loops) {
        this.loops = loops;
        seen = new long[loops.size()];
        told = new long[loops.size()];
        Arrays.fill(seen, ASLEEP);
        thread = new Thread(this, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        while (!stopped) {
            long began = System.nanoTime();
            LockSupport.parkNanos(this, LOOK);
            long waited = System.nanoTime() - began;
            // Late itself: the whole process was held up, and no code of it is to blame. Early: it is to stop.
            if (waited >= LOOK) {
                look(waited < 2 * LOOK);
            }
        }
    }

    /**
     * Tells of those that are at the same task as at the last look. One that slept then may have been woken just now.
     *
     * @return of how many it has told
     */
    int look(boolean telling) {
        int count = 0;
        for (int i = 0; i < loops.size(); i++) {
            EventLoop loop = loops.get(i);
            long now = loop.isAsleep() ? ASLEEP : loop.begun();
            if (telling
                    && now == seen[i]
                    && now != told[i]
                    && now != ASLEEP
                    && loop.thread().isAlive()) {
                told[i] = now;
                tell(loop);
                count++;
            }
            seen[i] = now;
        }
        return count;
    }

    private static void tell(EventLoop loop) {
        String where = Arrays.stream(loop.thread().getStackTrace())
                .limit(DEPTH)
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining());
        LOG.warn(
                "{} is held up, and all its connections with it, by{}",
                loop.thread().getName(),
                where);
    }
}
