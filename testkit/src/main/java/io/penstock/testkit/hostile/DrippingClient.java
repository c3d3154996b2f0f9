package io.penstock.testkit.hostile;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends its ClientHello one byte at a time (slowloris): an idle timeout never notices, a deadline does. Begins with
 * {@link #attack} and goes on by itself until the hello is out, the server ends it, or it is closed.
 */
public final class DrippingClient extends HostileClient {
    private static final ScheduledExecutorService TAP = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "penstock-dripping-clients");
        thread.setDaemon(true);
        return thread;
    });

    private final Duration interval;
    private volatile @Nullable ScheduledFuture<?> dripping;

    /** A byte a second. */
    public DrippingClient(Target target) {
        this(target, Duration.ofSeconds(1));
    }

    /** With another interval, longer than 0. */
    public DrippingClient(Target target, Duration interval) {
        super(target);
        this.interval = interval;
    }

    @Override
    protected void act(Socket socket) throws IOException {
        ByteBuffer hello = ByteBuffer.wrap(ClientHello.record(target.context()));
        dripping = TAP.scheduleAtFixedRate(() -> drip(socket, hello), 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void drip(Socket socket, ByteBuffer hello) {
        try {
            if (hello.hasRemaining()) {
                socket.getOutputStream().write(hello.get());
            }
        } catch (IOException e) {
            // Ended by the server; awaitEnd() says how.
        }
    }

    @Override
    public void close() {
        ScheduledFuture<?> drops = dripping;
        if (drops != null) {
            drops.cancel(false);
        }
        super.close();
    }
}
