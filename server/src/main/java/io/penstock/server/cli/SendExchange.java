package io.penstock.server.cli;

import io.penstock.server.tls.ClientConnection;
import io.penstock.server.tls.ClientFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends the input while replies are read, each on a thread of its own: a server that answers as it reads would stop a
 * client that did one after the other. The caller's thread only waits, so that neither side's silence keeps it.
 */
final class SendExchange {
    private static final int CHUNK = 64 * 1024;

    /** For the server's alert, when writing has failed: what it says is the reason, what writing says is not. */
    private static final Duration REASON = Duration.ofSeconds(2);

    private final ClientConnection connection;
    private final SendInput input;
    private final SendFraming framing;
    private final SendOutput output;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CompletableFuture<Void> written = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    SendExchange(ClientConnection connection, SendInput input, SendFraming framing, SendOutput output) {
        this.connection = connection;
        this.input = input;
        this.framing = framing;
        this.output = output;
    }

    /**
     * Runs to the end.
     *
     * @param timeout how long nothing may come after everything has been sent
     * @param waits for the server's end; else everything has only been written when this returns
     * @throws ClientFailedException when the connection failed, or ended before the input
     * @throws IOException when input or output failed
     */
    void run(Duration timeout, boolean waits) throws IOException {
        start("penstock-send", this::write, written);
        start("penstock-receive", this::read, ended);
        awaitEither(CompletableFuture.anyOf(written, ended));
        if (!written.isCompletedExceptionally() && !ending.get()) {
            await(ended);
            throw endedEarly();
        }
        awaitEither(written);
        if (written.isCompletedExceptionally()) {
            throw reasonOf(failure(written));
        }
        if (waits || ended.isCompletedExceptionally()) {
            awaitEnd(timeout);
        }
        framing.check();
    }

    private interface Work {
        void run() throws IOException;
    }

    /** Daemons: one that waits for somebody to type must not keep the process. */
    private static void start(String name, Work work, CompletableFuture<Void> done) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (IOException | RuntimeException | Error e) {
                        done.completeExceptionally(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private void write() throws IOException {
        SendInput.Sink wire = (bytes, offset, length) -> {
            connection.write(bytes, offset, length);
            sent.addAndGet(length);
        };
        framing.begin(wire);
        input.sendTo((bytes, offset, length) -> framing.send(bytes, offset, length, wire));
        // What the framing says at the end may be what the server ends the stream at.
        ending.set(true);
        framing.finish(wire);
        connection.end();
    }

    private void read() throws IOException {
        byte[] chunk = new byte[CHUNK];
        try {
            for (int count = connection.read(chunk); count >= 0; count = connection.read(chunk)) {
                received.addAndGet(count);
                framing.received(chunk, count, output);
            }
        } catch (IOException e) {
            framing.broken(String.valueOf(e.getMessage()));
            throw e;
        }
        framing.ended();
        output.end();
    }

    private IOException endedEarly() {
        return new IOException("the server ended the stream before the input did; " + sent.get()
                + " bytes had been sent, and it may not have taken all of them");
    }

    /** What writing fails with is often only the echo of an alert, or of an end, that the other thread has yet to read. */
    private IOException reasonOf(IOException writing) throws IOException {
        if (!(writing instanceof ClientFailedException)) {
            return writing;
        }
        awaitEither(ended.copy().completeOnTimeout(null, REASON.toMillis(), TimeUnit.MILLISECONDS));
        if (ended.isCompletedExceptionally()) {
            return failure(ended);
        }
        return ended.isDone() ? endedEarly() : writing;
    }

    /** A server that answers may take its time; one that is silent may not. */
    private void awaitEnd(Duration timeout) throws IOException {
        long before;
        do {
            before = received.get();
            try {
                ended.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException silence) {
                // Goes on if something has come.
            } catch (ExecutionException | InterruptedException e) {
                throw failure(ended);
            }
        } while (received.get() > before);
        throw new IOException("everything was sent, and the server has neither answered nor ended the stream within "
                + timeout.toMillis() + " ms; remedy: a longer --timeout, or --no-wait");
    }

    /** Until it has ended in whatever way. */
    private static void awaitEither(CompletableFuture<?> future) throws IOException {
        await(future.handle((result, failure) -> true));
    }

    private static void await(CompletableFuture<?> future) throws IOException {
        try {
            future.get();
        } catch (ExecutionException | InterruptedException e) {
            throw failure(future);
        }
    }

    private static IOException failure(CompletableFuture<?> failed) {
        try {
            failed.getNow(null);
            return new IOException("interrupted");
        } catch (java.util.concurrent.CompletionException e) {
            if (e.getCause() instanceof IOException known) {
                return known;
            }
            throw e;
        }
    }
}
