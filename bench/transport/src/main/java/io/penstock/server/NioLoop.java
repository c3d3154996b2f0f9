package io.penstock.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.Executor;

/**
 * The selector of an event loop, driven as Pekko's is: a task that comes again behind what the loop has, and in which the
 * loop sleeps when it has nothing. Each time it serves one channel that is ready, so that all that follows from one read
 * runs before the next one.
 */
final class NioLoop implements Runnable {
    /** What a channel does when it is ready. */
    @FunctionalInterface
    interface Ready {
        /**
         * On the loop.
         *
         * @param operations those of {@link SelectionKey}
         */
        void on(int operations);
    }

    private final Selector selector;
    private final Executor loop;
    private Iterator<SelectionKey> ready = Collections.emptyIterator();

    /** @param loop the dispatcher of selectors, see {@code penstock-loops.conf} */
    NioLoop(Executor loop) throws IOException {
        this.loop = loop;
        selector = Selector.open();
    }

    void start() {
        loop.execute(this);
    }

    /** It is not run again. Thread-safe. */
    void stop() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** On the loop, or before it is started. */
    SelectionKey register(SelectableChannel channel, int operations, Ready then) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, operations, then);
    }

    @Override
    public void run() {
        try {
            serveNext();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClosedSelectorException e) {
            // It has been stopped meanwhile.
        } finally {
            if (selector.isOpen()) {
                loop.execute(this);
            }
        }
    }

    private void serveNext() throws IOException {
        if (!ready.hasNext()) {
            selector.select();
            ready = selector.selectedKeys().iterator();
        }
        if (ready.hasNext()) {
            SelectionKey key = ready.next();
            ready.remove();
            if (key.isValid()) {
                ((Ready) key.attachment()).on(key.readyOps());
            }
        }
    }
}
