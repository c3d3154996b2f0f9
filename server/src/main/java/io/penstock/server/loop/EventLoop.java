package io.penstock.server.loop;

import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.util.control.NonFatal;

/**
 * A thread that runs tasks: mailboxes of actors, and the select task of Pekko's TCP, which is one of them, and in which the
 * thread sleeps when it has nothing else to do. Nothing that runs here may block.
 *
 * <p>What a task starts runs before what others have started: so the bytes of a read are decrypted, framed and answered
 * while they are in the processor's cache. A socket's next read waits for its turn, behind those of other connections.
 * Tasks that come from the thread itself, which are nearly all, cost neither a lock nor a wake-up.
 */
final class EventLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    /** Tasks that follow from one before it is the others' turn; a read has six or so. */
    private static final int BURST = 32;
    /** How long it sleeps at the most where it has no selector: nobody is missed, this is for a lost wake-up alone. */
    private static final long NAP = TimeUnit.SECONDS.toNanos(1);

    private final Queue<Runnable> foreign = new ConcurrentLinkedQueue<>();
    /** Of the thread alone, as all that follows. */
    private final ArrayDeque<Runnable> own = new ArrayDeque<>(1024);
    /** What follows from the task of {@link #own} that runs. */
    private final ArrayDeque<Runnable> burst = new ArrayDeque<>();

    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Thread thread;
    private volatile @Nullable Selector selector;
    private volatile boolean stopped;
    /** Counts the tasks that have begun. Written by the thread alone. */
    private volatile long begun;

    private long rounds;

    /** @param threads Pekko's, whose threads end the process on a fatal error if the system is to */
    EventLoop(ThreadFactory threads, String name) {
        thread = threads.newThread(this);
        thread.setName(name);
    }

    void start() {
        thread.start();
    }

    /** Ends once it has done what it has. */
    void stop() {
        stopped = true;
        wake();
    }

    Thread thread() {
        return thread;
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** Thread-safe. */
    void execute(Runnable task) {
        if (isCurrent()) {
            burst.add(task);
        } else {
            foreign.add(task);
            wake();
        }
    }

    /** For a task that is not to run before those of other connections: it begins a read or a look. Thread-safe. */
    void executeInTurn(Runnable task) {
        if (isCurrent()) {
            own.add(task);
        } else {
            execute(task);
        }
    }

    private void wake() {
        if (asleep.compareAndSet(true, false)) {
            Selector sleeping = selector;
            if (sleeping == null) {
                LockSupport.unpark(thread);
            } else {
                sleeping.wakeup();
            }
        }
    }

    @Override
    public void run() {
        EventLoops.enter(this);
        while (!stopped || hasTasks()) {
            rounds++;
            fetch();
            if (own.isEmpty()) {
                nap();
            } else {
                runAll(own.size());
            }
        }
    }

    private void fetch() {
        for (Runnable task = foreign.poll(); task != null; task = foreign.poll()) {
            own.add(task);
        }
    }

    /** What is added meanwhile, and what is left of a burst, comes in the next round, behind what others have sent. */
    private void runAll(int count) {
        for (int i = 0; i < count; i++) {
            run(own.remove());
            for (int left = BURST; left > 0 && !burst.isEmpty(); left--) {
                run(burst.remove());
            }
            own.addAll(burst);
            burst.clear();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // it has one writer
    private void run(Runnable task) {
        begun++;
        try {
            task.run();
        } catch (Throwable failure) {
            // Of Pekko's own; an actor's is caught by its mailbox. The other connections go on.
            LOG.error("a task of an event loop failed", failure);
            if (!NonFatal.apply(failure)) {
                throw failure;
            }
        }
    }

    private void nap() {
        if (fallAsleep()) {
            LockSupport.parkNanos(this, NAP);
        }
        awake();
    }

    /**
     * Announces that the thread will wait; who has a task for it wakes it from then on.
     *
     * @return false: there are tasks already, or it is to stop
     */
    boolean fallAsleep() {
        asleep.set(true);
        return !stopped && !hasTasks();
    }

    void awake() {
        asleep.set(false);
    }

    /** Asked by the thread itself. */
    boolean hasTasks() {
        return !own.isEmpty() || !foreign.isEmpty();
    }

    /** How often it has gone through its tasks. Asked by the thread itself. */
    long rounds() {
        return rounds;
    }

    /** From now on it sleeps in a selector. By the thread itself. */
    void sleepsIn(Selector real) {
        selector = real;
    }

    /** How many tasks have begun, for who watches whether they end. Thread-safe. */
    long begun() {
        return begun;
    }

    /** Whether it waits for tasks. Thread-safe. */
    boolean isAsleep() {
        return asleep.get();
    }
}
