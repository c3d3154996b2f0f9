package io.penstock.server.tls;

import io.penstock.protocol.TlsSession;
import java.util.function.Consumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;

/** No TLS, for development. There is no handshake, so nobody is told of one. */
final class Plaintext implements TransportSecurity {
    @Override
    public BidiFlow<ByteString, ByteString, ByteString, ByteString, NotUsed> layer(Consumer<TlsSession> handshaken) {
        return BidiFlow.fromFlows(Flow.of(ByteString.class), Flow.of(ByteString.class));
    }
}
