package io.penstock.server;

import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.TlsSession;
import io.penstock.server.ConnectionStage.Control;
import io.penstock.server.tls.HandshakeProgress;
import io.penstock.server.tls.TransportSecurity;
import java.util.function.Consumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.Tcp.IncomingConnection;
import org.apache.pekko.stream.scaladsl.TcpAttributes;
import org.apache.pekko.util.ByteString;

/**
 * Wires an accepted socket: socket, {@link SocketStage}, {@link ProxyStage} where there may be a PROXY header, TLS, {@link
 * ConnectionStage}; one materialized flow.
 *
 * @param judge asked whether the connection may go on, once its PROXY header has said whose it is
 */
record TcpWiring(
        IncomingConnection socket,
        TransportSecurity security,
        ServerSettings settings,
        ProxyGate.Judge judge,
        Materializer materializer)
        implements ConnectionWiring {

    @Override
    public Stream open(
            ConnectionStage stage,
            HandshakeProgress progress,
            Consumer<TlsSession> handshaken,
            ActorRef<Command> connection) {
        // The stage below is to see what the system has taken, so Pekko's may keep nothing of its own.
        Flow<ByteString, ByteString, NotUsed> tcp = socket.flow().addAttributes(TcpAttributes.tcpWriteBufferSize(1));
        Flow<ByteString, ByteString, SocketStage.Control> network = security.layer(progress, handshaken)
                .atop(proxyLayer(progress, new ProxyGate(judge, connection)))
                .atop(
                        BidiFlow.fromGraph(new SocketStage(settings.times().write(), stage::backlog, connection)),
                        Keep.right())
                .join(tcp);
        // One element at each asynchronous boundary: a stalled connection must not hold sixteen reads.
        Pair<Control, SocketStage.Control> stream = Flow.fromGraph(stage)
                .joinMat(network, Keep.both())
                .withAttributes(Attributes.inputBuffer(1, 1))
                .run(materializer);
        return new Stream(stream.second(), stream.first());
    }

    private BidiFlow<ByteString, ByteString, ByteString, ByteString, NotUsed> proxyLayer(
            HandshakeProgress progress, ProxyGate gate) {
        ProxySettings proxy = settings.proxy();
        if (!proxy.isOn()) {
            return BidiFlow.identity();
        }
        boolean trusted = proxy.trusts(socket.remoteAddress().getAddress());
        return BidiFlow.fromFlows(Flow.create(), Flow.fromGraph(new ProxyStage(proxy.mode(), trusted, progress, gate)));
    }

    @Override
    public boolean secure() {
        return settings.tls().isPresent();
    }

    /** A reset, not a FIN: the client learns at once that nothing was read. */
    @Override
    public void reject() {
        reject(socket, materializer);
    }

    static void reject(IncomingConnection socket, Materializer materializer) {
        socket.handleWith(
                Flow.fromSinkAndSource(Sink.cancelled(), Source.failed(new RejectedException())), materializer);
    }

    /** A FIN: the client sees an end in order, unless it has sent something already. */
    static void close(IncomingConnection socket, Materializer materializer) {
        socket.handleWith(Flow.fromSinkAndSource(Sink.cancelled(), Source.empty()), materializer);
    }

    /** Makes Pekko's TCP reset the connection. */
    private static final class RejectedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RejectedException() {
            super("rejected", null, false, false);
        }
    }
}
