package io.penstock.server;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.ConnectionProtocol.End;
import io.penstock.protocol.ConnectionProtocol.Signal;
import io.penstock.protocol.ProxyHeader;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/** The gate of one connection: its listener decides, and the connection is told. */
record ProxyGate(Judge judge, ActorRef<Command> connection) implements ProxyStage.Gate {
    /** Who admits connections. */
    interface Judge {
        /**
         * Whether a connection may go on, now that it is known whose it is.
         *
         * @param header empty: there is none
         * @param objection told once, on any thread, how the connection is to end; empty: it may go on
         */
        void announced(Optional<ProxyHeader> header, Consumer<Optional<ConnectionEnd>> objection);
    }

    /**
     * The connection has been let in; what comes next are its own bytes.
     *
     * @param header empty: there is none
     */
    record Announced(Optional<ProxyHeader> header) implements Signal {
        /** Whose the connection is. */
        ConnectionInfo of(ConnectionInfo socket) {
            return header.map(socket::announced).orElse(socket);
        }
    }

    @Override
    public void announced(Optional<ProxyHeader> header, Consumer<Boolean> letIn) {
        judge.announced(header, objection -> {
            // The connection first: it has to know before a byte gets to it.
            connection.tell(objection.<Command>map(End::new).orElseGet(() -> new Announced(header)));
            letIn.accept(objection.isEmpty());
        });
    }

    @Override
    public void refused(ConnectionEnd end) {
        connection.tell(new End(end));
    }
}
