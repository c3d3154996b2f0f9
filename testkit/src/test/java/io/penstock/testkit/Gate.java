package io.penstock.testkit;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A place in a processor that nothing passes before the test lets it. Thread-safe. */
final class Gate {
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final BlockingQueue<String> reached = new LinkedBlockingQueue<>();
    private volatile boolean passed;

    static Gate open() {
        Gate gate = new Gate();
        gate.release();
        return gate;
    }

    /** Waits until it is open. */
    void pass(String what) throws Exception {
        reached.add(what);
        opened.get();
        passed = true;
    }

    /** The same for those who may not wait. */
    CompletionStage<Void> passing(String what) {
        reached.add(what);
        return opened.thenRun(() -> passed = true);
    }

    void release() {
        opened.complete(null);
    }

    /** Whether something has passed. */
    boolean passed() {
        return passed;
    }

    /** What came to it next. */
    String awaitReached() throws InterruptedException {
        String what = reached.poll(TlsClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        if (what == null) {
            throw new AssertionError("nothing has come to the gate");
        }
        return what;
    }
}
