package io.penstock.processor;

import io.penstock.processor.QuarantineFiles.Content;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ConnectionProtocol;
import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Disconnect;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Send;
import io.penstock.protocol.ProcessorProtocol.Unserved;
import io.penstock.protocol.Protocol;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.QuarantineProtocol.Serve;
import io.penstock.protocol.SupervisorProtocol;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the connection that a frame came from, to give that frame to a processor again. Replies to its client go
 * nowhere. Waits for the answer as long as it takes: an outage is no answer.
 */
final class ReplayActor {
    private record Attached(ActorRef<ProcessorProtocol.Command> processor) implements ConnectionProtocol.Signal {}

    private record ProcessorStopped() implements ConnectionProtocol.Signal {}

    /** What came of it. */
    sealed interface Outcome permits Processed, NotProcessed, Unanswered {}

    /** It is done. */
    record Processed() implements Outcome {}

    /** The processor could not process it this time, either. */
    record NotProcessed(String reason) implements Outcome {}

    /** The processor has stopped before it answered. */
    record Unanswered() implements Outcome {}

    private static final long BATCH = 1;

    /** Connections count upwards from 1. */
    private static final AtomicLong LAST_ID = new AtomicLong();

    private final ActorContext<Command> context;
    private final ConnectionInfo info;
    private final Content content;
    private final Consumer<Outcome> outcome;
    private @Nullable ActorRef<ProcessorProtocol.Command> processor;

    private ReplayActor(
            ActorContext<Command> context, ConnectionInfo info, Content content, Consumer<Outcome> outcome) {
        this.context = context;
        this.info = info;
        this.content = content;
        this.outcome = outcome;
    }

    /**
     * The replay of one frame; stops when it has told the outcome.
     *
     * @param listener whose processors get it
     * @param outcome told once, on this actor's thread
     */
    static Behavior<Command> create(Content content, Serve listener, Consumer<Outcome> outcome) {
        return Behaviors.setup(context -> {
            ConnectionInfo info = info(content.entry(), listener.protocol());
            context.watchWith(listener.processors(), new ProcessorStopped());
            listener.processors()
                    .tell(new SupervisorProtocol.Attach(
                            info.id(),
                            context.messageAdapter(
                                    SupervisorProtocol.Attached.class, a -> new Attached(a.processor()))));
            return new ReplayActor(context, info, content, outcome).replaying();
        });
    }

    /** The listener may speak something else by now; what the frame was cut by is what the processor has to know. */
    private static ConnectionInfo info(QuarantineEntry entry, Protocol current) {
        Protocol protocol = entry.protocol().equals(current.name())
                ? current
                : Protocols.byName(entry.protocol()).orElse(current);
        return new ConnectionInfo(
                LAST_ID.decrementAndGet(),
                entry.listener(),
                Addresses.parse(entry.peer()),
                Addresses.parse(entry.local()),
                protocol,
                entry.tls());
    }

    private Behavior<Command> replaying() {
        return Behaviors.receive(Command.class)
                .onMessage(Attached.class, this::onAttached)
                .onMessage(Done.class, done -> end(new Processed()))
                .onMessage(Failed.class, failed -> end(new NotProcessed(failed.reason())))
                .onMessage(Unserved.class, unserved -> end(new NotProcessed(unserved.reason())))
                .onMessage(ProcessorStopped.class, stopped -> end(new Unanswered()))
                // They are for a client that has long gone.
                .onMessage(Send.class, send -> Behaviors.same())
                .onMessage(Disconnect.class, disconnect -> Behaviors.same())
                .build();
    }

    private Behavior<Command> onAttached(Attached attached) {
        processor = attached.processor();
        context.watchWith(processor, new ProcessorStopped());
        processor.tell(new Open(info, context.getSelf().narrow()));
        processor.tell(new Deliver(
                info.id(),
                BATCH,
                Frames.single(content.payload()),
                context.getSelf().narrow()));
        return Behaviors.same();
    }

    private Behavior<Command> end(Outcome what) {
        if (processor != null) {
            processor.tell(new Close(info.id(), ConnectionEnd.of(ConnectionEnd.Kind.END_OF_STREAM)));
        }
        outcome.accept(what);
        return Behaviors.stopped();
    }
}
