package io.penstock.server.loop;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A selector that waits only while its loop has nothing to do. With tasks pending it looks once in a few rounds, as a look
 * is a system call; and a wake-up from its own loop, which Pekko makes for each change of interest, is none. Used by
 * threads that are no loop's it is the real one.
 */
final class LoopSelector extends AbstractSelector {
    /** Rounds of the loop for one look while there are tasks. */
    private static final int ROUNDS = 8;
    /** Or this long. */
    private static final long LOOK = TimeUnit.MICROSECONDS.toNanos(300);

    private final AbstractSelector real;
    /** The loop that waits in it; null as long as none has. */
    private volatile @Nullable EventLoop owner;

    private long lookedIn;
    private long lookedAt;
    /** A wake-up came from the loop itself: the next look does not wait. */
    private boolean woken;

    LoopSelector(SelectorProvider provider, AbstractSelector real) {
        super(provider);
        this.real = real;
    }

    @Override
    public int select(long millis) throws IOException {
        EventLoop loop = EventLoops.current();
        if (loop == null) {
            return real.select(millis);
        }
        if (owner != loop) {
            owner = loop;
            loop.sleepsIn(real);
        }
        if (loop.hasTasks()) {
            return loop.rounds() - lookedIn < ROUNDS && System.nanoTime() - lookedAt < LOOK ? 0 : look(loop);
        }
        return woken ? look(loop) : waitIn(loop, millis);
    }

    private int look(EventLoop loop) throws IOException {
        woken = false;
        try {
            return real.selectNow();
        } finally {
            looked(loop);
        }
    }

    private int waitIn(EventLoop loop, long millis) throws IOException {
        try {
            return loop.fallAsleep() ? real.select(millis) : real.selectNow();
        } finally {
            loop.awake();
            looked(loop);
        }
    }

    private void looked(EventLoop loop) {
        lookedIn = loop.rounds();
        lookedAt = System.nanoTime();
    }

    @Override
    public int select() throws IOException {
        return select(0);
    }

    @Override
    public int selectNow() throws IOException {
        return real.selectNow();
    }

    @Override
    public Selector wakeup() {
        EventLoop here = EventLoops.current();
        if (here != null && here == owner) {
            woken = true;
        } else {
            real.wakeup();
        }
        return this;
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int operations, Object attachment) {
        try {
            return channel.register(real, operations, attachment);
        } catch (ClosedChannelException e) {
            throw new ClosedSelectorException();
        }
    }

    @Override
    public Set<SelectionKey> keys() {
        return real.keys();
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        return real.selectedKeys();
    }

    @Override
    protected void implCloseSelector() throws IOException {
        real.close();
    }
}
