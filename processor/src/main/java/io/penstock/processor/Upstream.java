package io.penstock.processor;

import io.penstock.protocol.Frames;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a target. The processor's thread writes and waits; a thread of its own reads, so that a target that
 * goes away is noticed also while nothing is sent, and one that answers never has to wait for us.
 */
final class Upstream implements Closeable {
    private static final int CHUNK = 16 * 1024;

    private final Outbound outbound;
    private final Duration timeout;
    private final Wire wire;
    /** Why it does not go on; null: it does. */
    private @Nullable IOException failure;

    private Upstream(Outbound outbound, Wire wire, Duration timeout) {
        this.outbound = outbound;
        this.wire = wire;
        this.timeout = timeout;
    }

    /**
     * Begins the conversation on a connection.
     *
     * @param name for its thread
     * @param timeout how long the target may take nothing, or leave something unanswered
     */
    static Upstream begin(Outbound outbound, Wire wire, Duration timeout, String name) throws IOException {
        Upstream upstream = new Upstream(outbound, wire, timeout);
        Thread reader = new Thread(upstream::read, name);
        reader.setDaemon(true);
        reader.start();
        try {
            upstream.write(wire.greeting());
            upstream.settle();
        } catch (IOException e) {
            upstream.release();
            throw e;
        }
        return upstream;
    }

    private void read() {
        byte[] chunk = new byte[CHUNK];
        try {
            int count = outbound.read(chunk);
            while (count >= 0 && heard(ByteString.fromArray(chunk, 0, count))) {
                count = outbound.read(chunk);
            }
            fail(new IOException("it has ended the connection"));
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(ourFault(e));
        }
    }

    /**
     * Takes in what the target says: in one step, as what it has refused does not count as unanswered any more.
     *
     * @return whether it goes on
     */
    private synchronized boolean heard(ByteString bytes) {
        try {
            wire.received(bytes);
            notifyAll();
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(ourFault(e));
        }
        return failure == null;
    }

    private static IOException ourFault(RuntimeException e) {
        return new IOException("a fault of our own: " + e, e);
    }

    /** The first reason stands; whoever waits learns of it. */
    private synchronized void fail(IOException reason) {
        if (failure == null) {
            failure = reason;
        }
        notifyAll();
        release();
    }

    private synchronized void check() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    /**
     * Sends frames.
     *
     * @throws IOException the connection does not go on; what the target has of them is not known
     * @throws IllegalArgumentException a payload cannot be carried; nothing was sent
     */
    void send(Frames frames) throws IOException {
        ByteString bytes;
        synchronized (this) {
            check();
            bytes = wire.encode(frames);
        }
        write(bytes);
    }

    private void write(ByteString bytes) throws IOException {
        byte[] array = bytes.toArrayUnsafe();
        for (int at = 0; at < array.length; at += CHUNK) {
            int from = at;
            taken(() -> outbound.write(array, from, Math.min(CHUNK, array.length - from)));
        }
    }

    /** Something that the target has to take. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private void taken(Work work) throws IOException {
        // A blocking write has no timeout of its own.
        CompletableFuture<Void> written = new CompletableFuture<>();
        CompletableFuture<Boolean> stalled = written.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .handle((done, late) -> {
                    if (late != null) {
                        fail(new IOException("it has taken nothing for " + timeout.toMillis() + " ms"));
                    }
                    return late != null;
                });
        try {
            work.run();
        } catch (IOException e) {
            if (!stalled.getNow(false)) {
                fail(e);
            }
            check();
        } finally {
            written.complete(null);
        }
    }

    /**
     * Returns when the target has answered everything.
     *
     * @throws IOException it does not, or has refused something
     */
    synchronized void settle() throws IOException {
        int before = wire.unanswered();
        long since = System.nanoTime();
        while (failure == null && before > 0) {
            long left = timeout.toNanos() - (System.nanoTime() - since);
            if (left <= 0) {
                fail(new IOException("it has left " + before + " frames unanswered for " + timeout.toMillis() + " ms"));
            } else {
                pause(left);
            }
            int now = wire.unanswered();
            if (now < before) {
                before = now;
                since = System.nanoTime();
            }
        }
        check();
    }

    private void pause(long nanos) throws IOException {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Whether the other side has gone away. */
    synchronized boolean hasFailed() {
        return failure != null;
    }

    /** Ends in order, as far as that is still possible. */
    @Override
    public void close() {
        try {
            if (!hasFailed()) {
                ByteString goodbye;
                synchronized (this) {
                    goodbye = wire.goodbye();
                }
                write(goodbye);
                taken(outbound::end);
            }
        } catch (IOException e) {
            // It is given up either way, and what was not answered will be sent again.
        } finally {
            release();
        }
    }

    private void release() {
        try {
            outbound.close();
        } catch (IOException e) {
            // Nothing is owed any more.
        }
    }
}
