package io.penstock.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.util.ByteString;

/**
 * One direction of a {@link RelayedConnection}: one thread takes pieces, another hands them on, each when it is due and the
 * connection lets it pass.
 */
final class Lane {
    private static final int PIECE = 16 * 1024;
    /** Pieces under way at the most; then the sender's window closes. */
    private static final int ROOM = 16;

    private enum What {
        BYTES,
        FIN,
        RST
    }

    /** Due by {@link System#nanoTime}. */
    private record Piece(What what, ByteString bytes, long due) {}

    private final Socket from;
    private final Socket to;
    private final Supplier<Duration> delay;
    private final RelayedConnection connection;
    private final BlockingQueue<Piece> underWay = new ArrayBlockingQueue<>(ROOM);
    private volatile boolean ended;
    private final Thread taking = new Thread(this::take, "penstock-relay-takes");
    private final Thread handing = new Thread(this::handOn, "penstock-relay-hands-on");

    Lane(Socket from, Socket to, Supplier<Duration> delay, RelayedConnection connection) {
        this.from = from;
        this.to = to;
        this.delay = delay;
        this.connection = connection;
    }

    /** Starts a thread that keeps no test from ending. */
    static void start(String what, Runnable run) {
        start(new Thread(run, "penstock-relay-" + what));
    }

    private static void start(Thread thread) {
        thread.setDaemon(true);
        thread.start();
    }

    void start() {
        start(taking);
        start(handing);
    }

    /** FIN; what comes later is dropped. */
    void end() {
        ended = true;
        try {
            to.shutdownOutput();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    void stop() {
        taking.interrupt();
        handing.interrupt();
    }

    private void take() {
        byte[] buffer = new byte[PIECE];
        try {
            InputStream in = from.getInputStream();
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                put(What.BYTES, ByteString.fromArray(buffer, 0, n));
            }
            put(What.FIN, ByteString.emptyByteString());
        } catch (IOException e) {
            reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reset() {
        try {
            put(What.RST, ByteString.emptyByteString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void put(What what, ByteString bytes) throws InterruptedException {
        underWay.put(new Piece(what, bytes, System.nanoTime() + delay.get().toNanos()));
    }

    private void handOn() {
        try {
            Piece piece = next();
            while (piece.what() == What.BYTES) {
                write(piece.bytes());
                piece = next();
            }
            if (piece.what() == What.FIN) {
                end();
                connection.ended();
            } else {
                connection.reset();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Piece next() throws InterruptedException {
        Piece piece = underWay.take();
        TimeUnit.NANOSECONDS.sleep(piece.due() - System.nanoTime());
        connection.awaitPassage();
        return piece;
    }

    private void write(ByteString bytes) {
        try {
            to.getOutputStream().write(bytes.toArrayUnsafe());
        } catch (IOException e) {
            // After a cut what comes still has to be taken. Otherwise it was reset: whoever writes is told of that
            // once, and
            // whoever reads sees an end.
            if (!ended) {
                connection.reset();
            }
        }
    }
}
