package io.penstock.testkit.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;

/**
 * Asks and asks, and never reads the answers. Begins with {@link #attack} and goes on by itself until the server ends it, or
 * it is closed.
 */
public final class NonReadingClient extends HostileTlsClient {
    private final byte[] request;
    private final CompletableFuture<ServerEnd> ended = new CompletableFuture<>();

    /**
     * Sends the same over and over.
     *
     * @param request what the server answers; 1 byte or more
     */
    public NonReadingClient(Target target, byte[] request) {
        super(target);
        this.request = request.clone();
    }

    @Override
    protected int receiveBuffer() {
        return 4096;
    }

    @Override
    void act(SSLSocket secure, OutputStream out) {
        Thread asking = new Thread(() -> ask(out), "penstock-non-reading-client");
        asking.setDaemon(true);
        asking.start();
    }

    private void ask(OutputStream out) {
        try {
            while (true) {
                out.write(request);
            }
        } catch (IOException e) {
            ended.complete(end(e));
        }
    }

    @Override
    public ServerEnd awaitEnd() {
        return ended.orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).join();
    }
}
