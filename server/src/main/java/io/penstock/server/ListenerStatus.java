package io.penstock.server;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;

/** What others know of a {@link Listener}. Only the listener says something here, on whichever thread it runs. */
final class ListenerStatus {
    private final CompletableFuture<InetSocketAddress> bound = new CompletableFuture<>();
    private final CompletableFuture<Done> stopped = new CompletableFuture<>();
    private volatile ServerState state = new ServerState.Stopped();

    /** Completed with the address when the port accepts; failed if it cannot. */
    CompletableFuture<InetSocketAddress> bound() {
        return bound;
    }

    /** Completed after a drain; failed when the port is lost. */
    CompletableFuture<Done> stopped() {
        return stopped;
    }

    /** Known once the port is bound. */
    ServerState state() {
        return state;
    }

    void become(ServerState now) {
        state = now;
    }
}
