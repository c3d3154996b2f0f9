package io.penstock.server;

import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.TlsSession;
import io.penstock.server.tls.HandshakeProgress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceQueueWithComplete;
import org.apache.pekko.util.ByteString;

/** Queues in the place of a socket. */
final class FakeWiring implements ConnectionWiring {
    /** More than its stream and the queue that stands for the peer take. */
    static final String MUCH = "x".repeat(1 << 20);

    final CompletableFuture<SourceQueueWithComplete<ByteString>> fromPeer = new CompletableFuture<>();
    final CompletableFuture<SinkQueueWithCancel<ByteString>> toPeer = new CompletableFuture<>();
    final CompletableFuture<Consumer<TlsSession>> handshake = new CompletableFuture<>();
    final CompletableFuture<HandshakeProgress> progress = new CompletableFuture<>();
    final CompletableFuture<Boolean> rejected = new CompletableFuture<>();
    Duration writeTimeout = Duration.ofSeconds(60);
    private final ActorTestKit kit;

    FakeWiring(ActorTestKit kit) {
        this.kit = kit;
    }

    @Override
    public Stream open(
            ConnectionStage stage,
            HandshakeProgress handshaking,
            Consumer<TlsSession> handshaken,
            ActorRef<Command> connection) {
        var tcp = Flow.fromSinkAndSourceMat(
                Sink.<ByteString>queue().withAttributes(Attributes.inputBuffer(1, 1)),
                Source.<ByteString>queue(1000, OverflowStrategy.fail()),
                Keep.both());
        var socket = BidiFlow.fromGraph(new SocketStage(writeTimeout, stage::backlog, connection))
                .join(tcp, Keep.both());
        var all = Flow.fromGraph(stage).joinMat(socket, Keep.both()).run(kit.system());
        fromPeer.complete(all.second().second().second());
        toPeer.complete(all.second().second().first());
        progress.complete(handshaking);
        handshake.complete(handshaken);
        return new Stream(all.second().first(), all.first());
    }

    @Override
    public void reject() {
        rejected.complete(true);
    }

    @Override
    public boolean secure() {
        return true;
    }

    void peerSends(String text) {
        fromPeer.join().offer(ByteString.fromString(text));
    }

    void peerEnds() {
        fromPeer.join().complete();
    }

    void peerFails(Throwable failure) {
        fromPeer.join().fail(failure);
    }

    /** The next write, or nothing when our side has ended. */
    String peerReceives() {
        return toPeer.join()
                .pull()
                .toCompletableFuture()
                .join()
                .map(ByteString::utf8String)
                .orElse("<end>");
    }
}
