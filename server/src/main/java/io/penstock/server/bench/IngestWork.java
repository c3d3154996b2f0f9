package io.penstock.server.bench;

import io.penstock.server.tls.ClientConnection;
import io.penstock.server.tls.ClientFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lines in one direction. What the server replies is read on a second thread, and forgotten: a server that answers would
 * stop a client that does not read.
 */
final class IngestWork implements Work {
    private static final int BLOCK = 64 * 1024;

    /** For the server's alert, when writing has failed: that is the reason, what writing says is not. */
    private static final Duration REASON = Duration.ofSeconds(2);

    private final Dialer dialer;
    private final int size;
    private final byte[] block;
    private final Measurements measurements;
    private final LoadClock clock;
    private volatile @Nullable ClientConnection current;
    private CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);

    IngestWork(Dialer dialer, byte[] line, Measurements measurements, LoadClock clock) {
        this.dialer = dialer;
        this.size = line.length;
        this.block = block(line);
        this.measurements = measurements;
        this.clock = clock;
    }

    private static byte[] block(byte[] line) {
        byte[] block = new byte[line.length * Math.max(1, BLOCK / line.length)];
        for (int at = 0; at < block.length; at += line.length) {
            System.arraycopy(line, 0, block, at, line.length);
        }
        return block;
    }

    @Override
    public int batch() {
        return block.length / size;
    }

    @Override
    public boolean isAnswered() {
        return false;
    }

    @Override
    public void prepare() throws IOException {
        close();
        dialer.await();
        ClientConnection connection = dialer.dial();
        current = connection;
        CompletableFuture<Void> end = new CompletableFuture<>();
        ended = end;
        Thread reader =
                new Thread(() -> read(connection, end), Thread.currentThread().getName() + "-reader");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(ClientConnection connection, CompletableFuture<Void> end) {
        byte[] chunk = new byte[BLOCK];
        try {
            for (int count = connection.read(chunk); count >= 0; count = connection.read(chunk)) {
                measurements.received(count, clock.nanos());
            }
            end.complete(null);
        } catch (ClientFailedException | RuntimeException e) {
            end.completeExceptionally(e);
        }
    }

    @Override
    public void perform(Due due) throws IOException {
        ClientConnection connection = current;
        if (connection == null || ended.isDone()) {
            awaitEnd();
            throw Endings.early();
        }
        write(connection, due.count() * size);
        long now = clock.nanos();
        measurements.sent((long) due.count() * size, now);
        if (due.planned()) {
            measurements.answered(due, now);
        } else {
            measurements.counted(due, now);
        }
    }

    private void write(ClientConnection connection, int bytes) throws IOException {
        try {
            connection.write(block, 0, bytes);
        } catch (IOException e) {
            ended.copy()
                    .completeOnTimeout(null, REASON.toMillis(), TimeUnit.MILLISECONDS)
                    .handle((done, failure) -> true)
                    .join();
            if (ended.isDone()) {
                awaitEnd();
                throw Endings.early();
            }
            throw e;
        }
    }

    /** With the failure that has ended it, if one has. */
    private void awaitEnd() throws IOException {
        try {
            ended.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException known) {
                throw known;
            }
            throw e;
        }
    }

    /** The server's end says that it has read everything. */
    @Override
    public void finish() throws IOException {
        try (ClientConnection connection = current) {
            if (connection != null) {
                connection.end();
                awaitEnd();
            }
        }
    }

    @Override
    public void close() {
        Endings.close(current);
    }
}
