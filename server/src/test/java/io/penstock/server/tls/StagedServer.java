package io.penstock.server.tls;

import io.penstock.protocol.TlsSession;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceQueueWithComplete;
import org.apache.pekko.util.ByteString;

/** A {@link TlsStage} between four queues. Its engine is a {@link CheckedEngine}. */
final class StagedServer {
    final CompletableFuture<TlsSession> handshaken = new CompletableFuture<>();
    final CompletableFuture<CheckedEngine> engine = new CompletableFuture<>();
    final SourceQueueWithComplete<ByteString> cipherIn;
    final SinkQueueWithCancel<ByteString> cipherOut;
    final SourceQueueWithComplete<ByteString> plainIn;
    final SinkQueueWithCancel<ByteString> plainOut;

    StagedServer(ActorSystem<?> system, Function<Optional<ClientHello>, TlsEngine> engines, Executor tasks) {
        TlsStage stage = new TlsStage(
                hello -> {
                    CheckedEngine checked = new CheckedEngine(engines.apply(hello));
                    engine.complete(checked);
                    return checked;
                },
                (hello, failure) -> failure,
                new HandshakeProgress(),
                handshaken::complete,
                tasks,
                Duration.ofMillis(50));
        var user = Flow.fromSinkAndSourceMat(Sink.<ByteString>queue(), queue(), Keep.both());
        var network = Flow.fromSinkAndSourceMat(Sink.<ByteString>queue(), queue(), Keep.both());
        var all = user.joinMat(BidiFlow.fromGraph(stage).join(network, Keep.right()), Keep.both())
                .run(system);
        plainOut = all.first().first();
        plainIn = all.first().second();
        cipherOut = all.second().first();
        cipherIn = all.second().second();
    }

    private static Source<ByteString, SourceQueueWithComplete<ByteString>> queue() {
        return Source.queue(100_000, OverflowStrategy.fail());
    }

    /** One push for each piece. */
    void receives(byte[] bytes, int piece) {
        for (int at = 0; at < bytes.length; at += piece) {
            receives(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
        }
    }

    void receives(byte[] bytes) {
        if (bytes.length > 0) {
            cipherIn.offer(ByteString.fromArray(bytes));
        }
    }

    static Optional<ByteString> next(SinkQueueWithCancel<ByteString> queue) {
        return queue.pull().toCompletableFuture().join();
    }

    /** The next piece of what it sends to the peer. */
    byte[] sent() {
        return next(cipherOut).map(ByteString::toArray).orElseThrow(() -> new AssertionError("the server has ended"));
    }

    EngineClient connect(SSLContext context, String version, int piece) throws Exception {
        EngineClient client = new EngineClient(context, version);
        receives(client.wrap(new byte[0]), piece);
        while (client.handshaking()) {
            receives(client.take(sent()), piece);
        }
        handshaken.join();
        return client;
    }

    /** What its user gets. */
    byte[] plain(int length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (bytes.size() < length) {
            bytes.writeBytes(next(plainOut).orElseThrow().toArray());
        }
        return bytes.toByteArray();
    }

    /** Until its user has been given as much. */
    static void readUntil(EngineClient client, StagedServer server, int length) throws Exception {
        while (client.received.size() < length) {
            server.receives(client.take(server.sent()));
        }
    }
}
