package io.penstock.server.tls;

import io.penstock.protocol.TlsSession;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.util.ByteString;

/** What stands between a connection's plain bytes and the transport: TLS, or nothing. Thread-safe. */
public interface TransportSecurity {
    /**
     * The layer for one connection, plain side first: plain bytes to the peer in, transport bytes out; transport bytes
     * from the peer in, plain bytes out.
     *
     * <p>The plain output completes when the peer ended the stream in order. It fails with {@link TruncatedException}
     * when the transport ended without that, with {@link TlsFailedException} when TLS failed, and with the transport's
     * own failure otherwise. Completing the plain input ends the stream in order.
     *
     * @param progress told how far the handshake is
     * @param handshaken called once from any thread, before the first plain byte, when the connection is secure
     */
    BidiFlow<ByteString, ByteString, ByteString, ByteString, NotUsed> layer(
            HandshakeProgress progress, Consumer<TlsSession> handshaken);

    /**
     * TLS with the certificates that are current when a client greets.
     *
     * @param tasks runs what takes the engine long: key exchange, chain validation
     * @param linger how long the socket is kept for the peer's FIN after a failure
     */
    static TransportSecurity tls(CurrentTls current, Executor tasks, Duration linger) {
        return (progress, handshaken) -> BidiFlow.fromGraph(
                new TlsStage(current::engine, current::explain, progress, handshaken, tasks, linger));
    }

    /**
     * No TLS, for development. There is no handshake, so nobody is told of one.
     *
     * @param linger how long the socket is kept for the FIN of a client that speaks TLS, and is refused
     */
    static TransportSecurity plaintext(Duration linger) {
        return (progress, handshaken) -> BidiFlow.fromGraph(new PlaintextStage(linger));
    }
}
