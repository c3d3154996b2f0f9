package peers;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.TLSClosing$;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Framing;
import org.apache.pekko.stream.javadsl.FramingTruncation;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.stream.typed.javadsl.ActorSink;
import org.apache.pekko.util.ByteString;

/**
 * Pekko streams as the manual has them, {@code Tcp.bindWithTls} with the JDK's TLS engine: an echo, or an actor for each
 * connection that acknowledges each line ({@code Framing.delimiter}) or each piece as it came.
 *
 * <p>{@code PekkoPeer CERT KEY echo|lines|discard}: listens on a free port of 127.0.0.1 and prints it, ends when it is
 * killed.
 */
public final class PekkoPeer {
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int BACKLOG = 4096;

    private PekkoPeer() {}

    enum Ack {
        INSTANCE
    }

    sealed interface Received {
        record Begun(ActorRef<Ack> replyTo) implements Received {}

        record Piece(ByteString bytes, ActorRef<Ack> replyTo) implements Received {}

        record Ended() implements Received {}
    }

    public static void main(String[] args) throws Exception {
        SSLContext tls = Pem.context(args[0], args[1]);
        String work = args[2];
        ActorSystem.create(
                Behaviors.<Tcp.IncomingConnection>setup(context -> {
                    bind(context, tls);
                    Materializer streams = Materializer.createMaterializer(context.getSystem());
                    return Behaviors.receiveMessage(connection -> {
                        connection.handleWith(serving(work, context), streams);
                        return Behaviors.same();
                    });
                }),
                "peer");
    }

    private static void bind(ActorContext<Tcp.IncomingConnection> context, SSLContext tls) {
        ActorRef<Tcp.IncomingConnection> self = context.getSelf();
        Tcp.get(context.getSystem())
                .bindWithTls(
                        "127.0.0.1",
                        0,
                        () -> engine(tls),
                        BACKLOG,
                        List.of(),
                        Optional.empty(),
                        session -> Optional.empty(),
                        TLSClosing$.MODULE$.ignoreComplete())
                .mapMaterializedValue(PekkoPeer::tellPort)
                .runForeach(self::tell, context.getSystem());
    }

    private static CompletionStage<Void> tellPort(CompletionStage<Tcp.ServerBinding> bound) {
        return bound.thenAccept(binding -> System.out.println(binding.localAddress().getPort()));
    }

    private static SSLEngine engine(SSLContext tls) {
        SSLEngine engine = tls.createSSLEngine();
        engine.setUseClientMode(false);
        return engine;
    }

    private static Flow<ByteString, ByteString, NotUsed> serving(String work, ActorContext<?> context) {
        Flow<ByteString, ByteString, NotUsed> bytes = Flow.of(ByteString.class);
        return switch (work) {
            case "echo" -> bytes;
            case "lines" -> sinking(
                    bytes.via(Framing.delimiter(
                            ByteString.fromString("\n"), LONGEST_LINE, FramingTruncation.ALLOW)),
                    context);
            case "discard" -> sinking(bytes, context);
            default -> throw new IllegalArgumentException(work);
        };
    }

    /** Each piece goes to an actor of the connection's own, the next when it has acknowledged that. */
    private static Flow<ByteString, ByteString, NotUsed> sinking(
            Flow<ByteString, ByteString, NotUsed> pieces, ActorContext<?> context) {
        Sink<ByteString, NotUsed> actor = ActorSink.actorRefWithBackpressure(
                context.spawnAnonymous(acknowledging()),
                (replyTo, piece) -> new Received.Piece(piece, replyTo),
                Received.Begun::new,
                Ack.INSTANCE,
                new Received.Ended(),
                failure -> new Received.Ended());
        return Flow.fromSinkAndSourceCoupled(pieces.to(actor), Source.maybe());
    }

    private static Behavior<Received> acknowledging() {
        return Behaviors.receive(Received.class)
                .onMessage(Received.Begun.class, begun -> acknowledge(begun.replyTo()))
                .onMessage(Received.Piece.class, piece -> acknowledge(piece.replyTo()))
                .onMessage(Received.Ended.class, ended -> Behaviors.stopped())
                .build();
    }

    private static Behavior<Received> acknowledge(ActorRef<Ack> replyTo) {
        replyTo.tell(Ack.INSTANCE);
        return Behaviors.same();
    }
}
