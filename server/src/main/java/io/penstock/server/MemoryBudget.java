package io.penstock.server;

import com.typesafe.config.Config;
import io.penstock.protocol.SettingsReader;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of an actor system may hold together, as {@code penstock.memory} says: bytes received and not
 * answered, partial frames, and replies that wait to be written. Thread-safe.
 *
 * <p>When it is used up a connection reads on only while it holds no more than {@link #ALWAYS}: so a processor that is stuck holds
 * up its own connections and no others, and nobody starves. The others wait for room in the order of asking. One of those that hold
 * nothing but part of a frame goes on all the same, since no answer will ever make room for it: else they could wait for one another
 * for ever. So all connections together hold at most the budget, one read and {@link #ALWAYS} each, and one long frame.
 *
 * <p>Nobody waits in a thread: who gets no permission is told when to ask again.
 */
public final class MemoryBudget implements Extension {
    /** What a connection may hold whatever the others do, in bytes: a read of the usual size. */
    static final int ALWAYS = 64 * 1024;

    private static final String KEY = "memory";
    private static final long OFF = Long.MAX_VALUE;

    /** What an open connection takes in the worst case beside the budget: what it may always hold, and a read on top. */
    private static final long PER_CONNECTION = 2 * ALWAYS;

    /** What the server takes of a heap before there is any connection. */
    private static final long OWN = 16 << 20;

    private static final Id ID = new Id();

    private final long limit;
    private final AtomicLong used = new AtomicLong();
    /** By their tickets. A ticket is kept until the read that it was taken for. */
    private final TreeMap<Long, Share> waiting = new TreeMap<>();
    /** Those of them that hold nothing that an answer would free. */
    private final TreeMap<Long, Share> stuck = new TreeMap<>();

    private long lastTicket;
    /** Whether anybody may be waiting. Written before {@link #used} is looked at by who waits, read after it has been changed. */
    private volatile boolean crowded;
    /** Reads on although there is no room. */
    private volatile @Nullable Share exempt;

    private static final class Id extends ExtensionId<MemoryBudget> {
        @Override
        public MemoryBudget createExtension(ActorSystem<?> system) {
            return of(system.settings().config());
        }
    }

    /** @param limit in bytes */
    MemoryBudget(long limit) {
        this.limit = limit;
    }

    /**
     * The one of an actor system.
     *
     * @throws io.penstock.protocol.InvalidSettingsException when {@code penstock.memory} of its configuration is wrong
     */
    static MemoryBudget get(ActorSystem<?> system) {
        return ID.apply(system);
    }

    private static MemoryBudget of(Config config) {
        SettingsReader reader = new SettingsReader(config);
        MemoryBudget budget = new MemoryBudget(read(reader, Runtime.getRuntime().maxMemory()));
        reader.check();
        return budget;
    }

    /**
     * How much it is, in bytes; problems are left in the reader.
     *
     * @param heap what the heap may grow to, in bytes
     */
    static long read(SettingsReader reader, long heap) {
        return reader.text(KEY).equals("auto")
                ? heap / 4
                : reader.bytesOrOff(KEY).orElse(OFF);
    }

    /** How many connections a heap has room for beside the budget, at least 1; where that is off, any number. */
    static int connections(SettingsReader reader, long heap) {
        long budget = read(reader, heap);
        return budget == OFF
                ? Integer.MAX_VALUE
                : (int) Math.max(1, Math.min(Integer.MAX_VALUE, (heap - budget - OWN) / PER_CONNECTION));
    }

    /** The part of one more connection. */
    Share share() {
        return new Share();
    }

    /** What is held now, in bytes. */
    long used() {
        return used.get();
    }

    private boolean hasRoom() {
        return used.get() < limit;
    }

    private void add(long bytes) {
        used.addAndGet(bytes);
        if (bytes < 0 && crowded) {
            wakeNext();
        }
    }

    private synchronized boolean ask(Share share, boolean unanswered) {
        crowded = true;
        if (exempt == share) {
            exempt = null;
        }
        long ticket = share.ticket == 0 ? ++lastTicket : share.ticket;
        forget(share);
        boolean granted = share.isSmall() || (hasRoom() && (waiting.isEmpty() || ticket < waiting.firstKey()));
        if (!granted && !unanswered && exempt == null && !hasRoom()) {
            exempt = share;
            granted = true;
        }
        if (!granted) {
            share.ticket = ticket;
            waiting.put(ticket, share);
            if (!unanswered) {
                stuck.put(ticket, share);
            }
        }
        wakeNext();
        return granted;
    }

    private void forget(Share share) {
        waiting.remove(share.ticket);
        stuck.remove(share.ticket);
        share.ticket = 0;
    }

    /** Who has been woken asks, and by asking wakes the next one. */
    private synchronized void wakeNext() {
        Share next = hasRoom() ? first(waiting) : exempt == null ? first(stuck) : null;
        crowded = !waiting.isEmpty();
        if (next != null) {
            next.room.run();
        }
    }

    private static @Nullable Share first(NavigableMap<Long, Share> shares) {
        return shares.isEmpty() ? null : shares.firstEntry().getValue();
    }

    private synchronized void leave(Share share) {
        forget(share);
        if (exempt == share) {
            exempt = null;
        }
        wakeNext();
    }

    /** What one connection holds. Thread-safe. */
    final class Share {
        private volatile Runnable room = () -> {};
        private long held;
        private boolean closed;
        /** Its place among those that wait; 0: it does not. Written under the budget's lock. */
        private volatile long ticket;

        private Share() {}

        /** @param again run, from any thread, when it is worth while to ask again after a refusal */
        void whenRoom(Runnable again) {
            room = again;
        }

        /** What the connection holds from now on, in bytes. */
        void holds(long bytes) {
            if (limit == OFF) {
                return;
            }
            long change;
            synchronized (this) {
                change = closed ? 0 : bytes - held;
                held += change;
            }
            if (change != 0) {
                add(change);
            }
        }

        private synchronized boolean isSmall() {
            return held <= ALWAYS;
        }

        /**
         * Whether the connection may read once.
         *
         * @param unanswered whether answers or written replies will make it hold less
         */
        boolean mayRead(boolean unanswered) {
            if (limit == OFF || (ticket == 0 && exempt != this && ((!crowded && hasRoom()) || isSmall()))) {
                return true;
            }
            return ask(this, unanswered);
        }

        /** It does not want to read any more, or not now: what it was granted or waits for goes to the next one. */
        void leave() {
            if (ticket != 0 || exempt == this) {
                MemoryBudget.this.leave(this);
            }
        }

        /** It holds less, or nothing that an answer would free, and that is not by an answer: if it waits it has to ask again. */
        void changed() {
            if (ticket != 0) {
                room.run();
            }
        }

        /** The connection is gone, and holds nothing. */
        void close() {
            long change;
            synchronized (this) {
                change = -held;
                held = 0;
                closed = true;
            }
            add(change);
            leave();
        }
    }
}
