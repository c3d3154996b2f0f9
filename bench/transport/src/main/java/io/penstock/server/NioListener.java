package io.penstock.server;

import io.penstock.protocol.ListenerProtocol.Command;
import io.penstock.server.Entrance.Accepted;
import io.penstock.server.Intake.Next;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.io.Inet.SocketOption;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Tcp.IncomingConnection;

/**
 * A second port of a {@link TlsServer}, whose sockets are {@link NioStage}s. The server's Listener gets them as it gets those
 * of Pekko's TCP, one for each permission, and everything from there on is the product's.
 */
public final class NioListener {
    private final NioLoop loop;
    private final ServerSocketChannel port;
    private final SelectionKey accepting;
    private final List<SocketOption> options;
    private final ActorRef<Command> listener;
    /** Is given the permission to take another socket. */
    private final ActorRef<Next> taker;

    private NioListener(ActorSystem<?> system, TlsServer server) throws IOException {
        ServerSettings settings = server.settings();
        options = KeepAlive.options(settings.times().deadPeer());
        listener = server.listener();
        loop = new NioLoop(system.dispatchers().lookup(DispatcherSelector.fromConfig("penstock-selectors")));
        port = ServerSocketChannel.open().bind(new InetSocketAddress(settings.host(), 0), settings.backlog());
        accepting = loop.register(port, SelectionKey.OP_ACCEPT, ready -> accept());
        taker = system.systemActorOf(taking(), "nio-listener", Props.empty());
    }

    /** Binds a free port of the server's host. */
    public static NioListener bind(ActorSystem<?> system, TlsServer server) {
        try {
            NioListener bound = new NioListener(system, server);
            bound.loop.start();
            return bound;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port.socket().getLocalPort();
    }

    /** Its sockets are served no more. Thread-safe. */
    public void close() {
        loop.stop();
    }

    private Behavior<Next> taking() {
        return Behaviors.receiveMessage(next -> {
            accepting.interestOps(SelectionKey.OP_ACCEPT);
            return Behaviors.same();
        });
    }

    private void accept() {
        try {
            SocketChannel socket = port.accept();
            if (socket != null) {
                accepting.interestOps(0);
                options.forEach(option -> option.afterConnect(socket.socket()));
                listener.tell(new Accepted(taker, connection(socket)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private IncomingConnection connection(SocketChannel socket) throws IOException {
        return new IncomingConnection(new org.apache.pekko.stream.scaladsl.Tcp.IncomingConnection(
                (InetSocketAddress) socket.getLocalAddress(),
                (InetSocketAddress) socket.getRemoteAddress(),
                Flow.fromGraph(new NioStage(socket, loop)).asScala()));
    }
}
