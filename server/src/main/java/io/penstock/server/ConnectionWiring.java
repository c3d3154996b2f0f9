package io.penstock.server;

import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.TlsSession;
import io.penstock.server.tls.HandshakeProgress;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/** How a connection is wired to its socket. */
interface ConnectionWiring {
    /** A materialized stream. */
    record Stream(SocketStage.Control transport, ConnectionStage.Control control) {}

    /**
     * Materializes the stream of the connection; called once.
     *
     * @param progress told how far the handshake is
     * @param connection told what happens to the socket
     */
    Stream open(
            ConnectionStage stage,
            HandshakeProgress progress,
            Consumer<TlsSession> handshaken,
            ActorRef<Command> connection);

    /** Gives the socket up unused. */
    void reject();

    /** Whether a handshake is to be waited for. */
    boolean secure();
}
