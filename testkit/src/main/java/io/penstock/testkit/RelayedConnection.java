package io.penstock.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One connection of a {@link FaultyRelay}: two sockets, a {@link Lane} each way. Thread-safe. */
final class RelayedConnection {
    /** Bytes of the system's: it grows buffers of its own choice to megabytes, and a stall would be felt late. */
    private static final int BUFFER = 64 * 1024;

    private final Socket client;
    private final Socket server;
    private final Consumer<RelayedConnection> gone;
    private final List<Lane> lanes;
    private boolean stalled;
    private boolean vanished;
    private int ended;

    /**
     * A connection that relays once it is {@link #start started}.
     *
     * @param server not connected yet
     * @param delay of what comes now
     * @param gone told once, when both sockets are closed
     */
    RelayedConnection(Socket client, Socket server, Supplier<Duration> delay, Consumer<RelayedConnection> gone) {
        this.client = client;
        this.server = server;
        this.gone = gone;
        lanes = List.of(new Lane(client, server, delay, this), new Lane(server, client, delay, this));
    }

    /** Connects to the server; where that fails, the client is reset. */
    boolean connect(InetSocketAddress address) {
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.setReceiveBufferSize(BUFFER);
            server.connect(address);
            return true;
        } catch (IOException e) {
            reset();
            return false;
        }
    }

    void start() {
        lanes.forEach(Lane::start);
    }

    synchronized void stall() {
        stalled = true;
    }

    synchronized void goOn() {
        stalled = false;
        notifyAll();
    }

    synchronized void vanish() {
        vanished = true;
    }

    /** Waits until something may pass. */
    synchronized void awaitPassage() throws InterruptedException {
        while (stalled || vanished) {
            wait();
        }
    }

    /** FIN both ways. The lanes go on taking what comes, as closing with unread input would be a reset. */
    void cut() {
        lanes.forEach(Lane::end);
    }

    /** RST both ways. */
    void reset() {
        for (Socket socket : List.of(client, server)) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // It is gone already.
            }
        }
        close();
    }

    void close() {
        lanes.forEach(Lane::stop);
        for (Socket socket : List.of(client, server)) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
        gone.accept(this);
    }

    /** One direction has ended in order. */
    void ended() {
        boolean last;
        synchronized (this) {
            ended++;
            last = ended == lanes.size();
        }
        if (last) {
            close();
        }
    }
}
