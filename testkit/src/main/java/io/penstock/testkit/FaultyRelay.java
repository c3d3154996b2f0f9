package io.penstock.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A network between clients and a server, with the faults that a test asks for: a relay of TCP on a free port of 127.0.0.1
 * that changes nothing in the bytes. Its methods are for any thread, and hold for the connections that there are.
 *
 * <pre>
 *   try (FaultyRelay network = penstock.relay(); TlsClient client = penstock.connect(network)) {
 *       client.send("hello\n");
 *       network.vanish();
 *       assertThat(penstock.awaitEvent(Closed.class).end().code()).isEqualTo("idle-timeout");
 *   }
 * </pre>
 */
public final class FaultyRelay implements AutoCloseable {
    private final ServerSocket port;
    private final InetSocketAddress server;
    private final Set<RelayedConnection> connections = new HashSet<>();
    private volatile Duration delay = Duration.ZERO;
    private boolean stalled;
    private boolean closed;

    private FaultyRelay(ServerSocket port, InetSocketAddress server) {
        this.port = port;
        this.server = server;
    }

    /**
     * A relay without faults.
     *
     * @param server where connections go to
     * @throws UncheckedIOException when there is no free port
     */
    public static FaultyRelay to(InetSocketAddress server) {
        try {
            FaultyRelay relay = new FaultyRelay(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), server);
            Lane.start("accepts", relay::accept);
            return relay;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients connect. */
    public InetSocketAddress address() {
        return (InetSocketAddress) port.getLocalSocketAddress();
    }

    /** From now on everything takes so long, each way, the ends of streams too. Also for connections to come. */
    public FaultyRelay delay(Duration eachWay) {
        delay = eachWay;
        return this;
    }

    /**
     * Nothing passes any more, and nothing is lost: what comes waits here (some 256 KiB each way, then TCP's window
     * closes), ends of streams too. Also for connections to come.
     */
    public synchronized FaultyRelay stall() {
        stalled = true;
        connections.forEach(RelayedConnection::stall);
        return this;
    }

    /** Ends a {@link #stall}: what has waited arrives. */
    public synchronized FaultyRelay goOn() {
        stalled = false;
        connections.forEach(RelayedConnection::goOn);
        return this;
    }

    /**
     * Nothing passes any more, for ever, and neither side learns of the other's end: no FIN, no RST. Clients may come
     * again by new connections. The kernel of this host still acknowledges what is sent to the relay until its buffers are
     * full, and answers keep-alives; to have it do neither takes a network of one's own.
     */
    public FaultyRelay vanish() {
        return each(RelayedConnection::vanish);
    }

    /** Both sides see FIN: of TLS, a truncation. What waits here is lost. */
    public FaultyRelay cut() {
        return each(RelayedConnection::cut);
    }

    /** Both sides see RST. */
    public FaultyRelay reset() {
        return each(RelayedConnection::reset);
    }

    private synchronized FaultyRelay each(Consumer<RelayedConnection> fault) {
        Set.copyOf(connections).forEach(fault);
        return this;
    }

    /** Takes no more connections and closes those that there are. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        try {
            port.close();
        } catch (IOException e) {
            // It is gone either way.
        }
        each(RelayedConnection::close);
    }

    private void accept() {
        try {
            while (true) {
                connect(port.accept());
            }
        } catch (IOException e) {
            // The relay has been closed.
        }
    }

    private void connect(Socket client) {
        RelayedConnection connection = new RelayedConnection(client, new Socket(), () -> delay, this::forget);
        if (!connection.connect(server)) {
            return;
        }
        synchronized (this) {
            if (closed) {
                connection.close();
                return;
            }
            connections.add(connection);
            if (stalled) {
                connection.stall();
            }
            connection.start();
        }
    }

    private synchronized void forget(RelayedConnection connection) {
        connections.remove(connection);
    }
}
