package io.penstock.server;

import io.penstock.protocol.TlsSession;
import io.penstock.server.ConnectionActor.Stream;
import io.penstock.server.ConnectionStage.Control;
import io.penstock.server.tls.HandshakeProgress;
import io.penstock.server.tls.TransportSecurity;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.Tcp.IncomingConnection;
import org.apache.pekko.util.ByteString;

/** Wires an accepted socket: socket, kill switch, TLS, {@link ConnectionStage}; one materialized flow. */
record TcpWiring(IncomingConnection socket, TransportSecurity security, boolean secure, Materializer materializer)
        implements ConnectionActor.Wiring {

    @Override
    public Stream open(
            ConnectionStage stage, HandshakeProgress progress, Consumer<TlsSession> handshaken, Runnable written) {
        BidiFlow<ByteString, ByteString, ByteString, ByteString, UniqueKillSwitch> transport =
                BidiFlow.fromGraph(KillSwitches.<ByteString, ByteString>singleBidi());
        // Below TLS: what TLS has taken may still wait there for a peer that reads slowly.
        Flow<ByteString, ByteString, CompletionStage<Done>> out = Flow.of(ByteString.class)
                .watchTermination((nothing, done) -> done.whenComplete((ended, failure) -> written.run()));
        Flow<ByteString, ByteString, UniqueKillSwitch> network = security.layer(progress, handshaken)
                .atop(BidiFlow.fromFlows(out, Flow.of(ByteString.class)))
                .atop(transport, Keep.right())
                .join(socket.flow(), Keep.left());
        // One element at each asynchronous boundary: a stalled connection must not hold sixteen reads.
        Pair<Control, UniqueKillSwitch> stream = Flow.fromGraph(stage)
                .joinMat(network, Keep.both())
                .withAttributes(Attributes.inputBuffer(1, 1))
                .run(materializer);
        return new Stream(stream.second(), stream.first());
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

    /** Makes Pekko's TCP reset the connection. */
    private static final class RejectedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RejectedException() {
            super("rejected", null, false, false);
        }
    }
}
