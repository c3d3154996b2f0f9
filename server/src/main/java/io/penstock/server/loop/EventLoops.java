package io.penstock.server.loop;

import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * The loops of an actor system, shared by its dispatchers. Who is on a loop stays there: what a loop starts runs on it, and
 * what comes from other threads runs where its actor has run last. So a connection's actors gather at its selector.
 * Thread-safe.
 */
final class EventLoops {
    private static final ThreadLocal<EventLoop> CURRENT = new ThreadLocal<>();
    private static final Map<DispatcherPrerequisites, EventLoops> OF_SYSTEMS = new WeakHashMap<>();
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final List<EventLoop> all;
    private final Watchdog watchdog;
    private final AtomicInteger next = new AtomicInteger();
    /** How many dispatchers use them. */
    private int users;

    private EventLoops(ThreadFactory threads, int count) {
        String name = "penstock-loop-" + COUNTER.incrementAndGet() + "-";
        all = IntStream.range(0, count)
                .mapToObj(i -> new EventLoop(threads, name + i))
                .toList();
        watchdog = new Watchdog(name + "watchdog", all);
    }

    /**
     * Those of an actor system; the first who asks starts them. {@link #release} is to follow.
     *
     * @param count of threads, where there are none yet
     */
    static EventLoops acquire(DispatcherPrerequisites system, ThreadFactory threads, int count) {
        synchronized (OF_SYSTEMS) {
            EventLoops loops = OF_SYSTEMS.computeIfAbsent(system, one -> {
                EventLoops started = new EventLoops(threads, count);
                started.all.forEach(EventLoop::start);
                started.watchdog.start();
                return started;
            });
            loops.users++;
            return loops;
        }
    }

    /** When nobody uses them any more their threads end. */
    void release() {
        synchronized (OF_SYSTEMS) {
            if (--users == 0) {
                OF_SYSTEMS.values().remove(this);
                all.forEach(EventLoop::stop);
                watchdog.stop();
            }
        }
    }

    static void enter(EventLoop loop) {
        CURRENT.set(loop);
    }

    /** The loop of this thread; null: it is no loop's. */
    static @Nullable EventLoop current() {
        return CURRENT.get();
    }

    /** One of them, from 0 to their number. */
    EventLoop get(int index) {
        return all.get(index);
    }

    /** Another one each time. */
    private EventLoop next() {
        return all.get(Math.floorMod(next.getAndIncrement(), all.size()));
    }

    /** Runs a task on this thread's loop, or else on that of its actor, or else on any. */
    void execute(Runnable task) {
        EventLoop here = CURRENT.get();
        boolean isOurs = here != null && all.contains(here);
        if (!(task instanceof Mailbox mailbox) || !(mailbox.messageQueue() instanceof LoopMailbox.Queue queue)) {
            (isOurs ? here : next()).execute(task);
            return;
        }
        EventLoop loop = isOurs ? here : queue.loopOr(this::next);
        queue.runsOn(loop);
        if (queue.isSocket()) {
            loop.executeInTurn(task);
        } else {
            loop.execute(task);
        }
    }
}
