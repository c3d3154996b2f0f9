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
import org.jspecify.annotations.Nullable;

/**
 * A selector that waits only while its loop has nothing to do. With tasks pending it looks once in a few rounds, as a look
 * is a system call; and a wake-up from its own loop, which Pekko makes for each change of interest, is none. Used by
 * threads that are no loop's it is the real one.
 */
final class LoopSelector extends AbstractSelector {
    /** Rounds of the loop for one look while there are tasks. */
    private static final int ROUNDS = 8;

    private final AbstractSelector real;
    /** The loop that waits in it; null as long as none has. */
    private volatile @Nullable EventLoop owner;

    private long lookedIn;
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
            if (loop.rounds() - lookedIn < ROUNDS) {
                return 0;
            }
            return lookIn(loop);
        }
        if (woken) {
            return lookIn(loop);
        }
        return waitIn(loop, millis);
    }

    private int lookIn(EventLoop loop) throws IOException {
        woken = false;
        lookedIn = loop.rounds();
        return real.selectNow();
    }

    private int waitIn(EventLoop loop, long millis) throws IOException {
        lookedIn = loop.rounds();
        try {
            return loop.fallAsleep() ? real.select(millis) : real.selectNow();
        } finally {
            loop.awake();
        }
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
