package io.penstock.server.tls;

import io.penstock.protocol.TlsSession;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** An engine that complains when it is not used as {@link TlsEngine} says, and tells of its release. */
final class CheckedEngine implements TlsEngine {
    /** Completed by the release; failed by the first wrong call. */
    final CompletableFuture<Void> released = new CompletableFuture<>();

    private final TlsEngine engine;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean taskOut;
    private volatile boolean failed;

    CheckedEngine(TlsEngine engine) {
        this.engine = engine;
    }

    private <T> T call(String name, boolean alsoFailed, Supplier<T> call) {
        if (taskOut || (failed && !alsoFailed) || released.isDone() || !busy.compareAndSet(false, true)) {
            IllegalStateException wrong = new IllegalStateException(
                    name + ": task out " + taskOut + ", failed " + failed + ", released " + released.isDone());
            released.obtrudeException(wrong);
            throw wrong;
        }
        try {
            return call.get();
        } catch (TlsFailedException e) {
            failed = true;
            throw e;
        } finally {
            busy.set(false);
        }
    }

    private void run(String name, Runnable call) {
        call(name, false, () -> {
            call.run();
            return true;
        });
    }

    @Override
    public void receive(ByteString ciphertext) {
        run("receive", () -> engine.receive(ciphertext));
    }

    @Override
    public void send(ByteString plaintext) {
        run("send", () -> engine.send(plaintext));
    }

    @Override
    public void closeOutbound() {
        run("closeOutbound", engine::closeOutbound);
    }

    @Override
    public @Nullable Runnable task() {
        Runnable task = call("task", false, engine::task);
        if (task == null) {
            return null;
        }
        taskOut = true;
        return () -> {
            try {
                task.run();
            } finally {
                taskOut = false;
            }
        };
    }

    @Override
    public void resume() {
        run("resume", engine::resume);
    }

    @Override
    public ByteString takePlaintext() {
        return call("takePlaintext", true, engine::takePlaintext);
    }

    @Override
    public ByteString takeCiphertext() {
        return call("takeCiphertext", true, engine::takeCiphertext);
    }

    @Override
    public boolean isOpen() {
        return call("isOpen", true, engine::isOpen);
    }

    @Override
    public boolean isInboundClosed() {
        return call("isInboundClosed", false, engine::isInboundClosed);
    }

    @Override
    public boolean isOutboundClosed() {
        return call("isOutboundClosed", false, engine::isOutboundClosed);
    }

    @Override
    public TlsSession session() {
        return call("session", true, engine::session);
    }

    @Override
    public void release() {
        call("release", true, () -> {
            engine.release();
            return true;
        });
        released.complete(null);
    }
}
