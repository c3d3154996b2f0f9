package io.penstock.processor;

import io.penstock.processor.SplitBatch.Part;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol.Answer;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Command;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Signal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.util.ByteString;

/**
 * One connection of a pool that is dealt out by key: splits its batches among the processors, and puts their answers
 * together again, so that the connection sees one processor that answers in the order of its frames. Every processor is
 * told of the connection. What it holds is bounded by the connection's window. Ends with its connection.
 */
final class KeyRouter extends AbstractBehavior<Command> {
    /** A processor has answered. */
    private record Answered(Answer answer) implements Signal {}

    private final ConnectionInfo connection;
    private final ActorRef<Answer> replyTo;
    private final ActorRef<Answer> self;
    private final List<ActorRef<Command>> members;
    private final KeyFunction key;
    private final Deque<SplitBatch> batches = new ArrayDeque<>();
    private final Map<Long, Part> parts = new HashMap<>();
    private long partNumber;
    private boolean shut;
    private boolean keyFailed;

    private KeyRouter(ActorContext<Command> context, Open open, List<ActorRef<Command>> members, KeyFunction key) {
        super(context);
        this.connection = open.connection();
        this.replyTo = open.replyTo();
        this.self = context.messageAdapter(Answer.class, Answered::new);
        this.members = members;
        this.key = key;
    }

    /** The router of a connection; it is then to be told the same {@link Open} and all that follows. */
    static Behavior<Command> create(Open open, List<ActorRef<Command>> members, KeyFunction key) {
        return Behaviors.setup(context -> new KeyRouter(context, open, members, key));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Deliver.class, this::onDeliver)
                .onMessage(Answered.class, this::onAnswered)
                .onMessage(Open.class, open -> tellAll(new Open(connection, self)))
                .onMessage(Close.class, this::onClose)
                .build();
    }

    private Behavior<Command> tellAll(Command command) {
        members.forEach(member -> member.tell(command));
        return this;
    }

    private Behavior<Command> onClose(Close close) {
        tellAll(close);
        return Behaviors.stopped();
    }

    private Behavior<Command> onDeliver(Deliver deliver) {
        if (shut) {
            return this;
        }
        Frames frames = deliver.frames();
        int[] dealt = new int[frames.size()];
        for (int i = 0; i < dealt.length; i++) {
            dealt[i] = Math.floorMod(hash(frames.get(i)), members.size());
        }
        SplitBatch batch = new SplitBatch(deliver.batch(), dealt);
        batches.add(batch);
        for (Part part : batch.parts()) {
            long number = ++partNumber;
            parts.put(number, part);
            members.get(part.member()).tell(new Deliver(deliver.connection(), number, part.of(frames), self));
        }
        return this;
    }

    private int hash(ByteString frame) {
        ByteString of;
        try {
            of = Objects.requireNonNull(key.key(connection, frame), "the key of a frame");
        } catch (RuntimeException | Error e) {
            Running.passFatal(e);
            if (!keyFailed) {
                keyFailed = true;
                getContext().getLog().warn("the key function failed, its frames count as without a key", e);
            }
            return 0;
        }
        int hash = 0;
        for (int i = 0; i < of.size(); i++) {
            hash = 31 * hash + of.apply(i);
        }
        return spread(hash);
    }

    /** Similar keys are not to meet at the same processor because they differ by its number. */
    static int spread(int hash) {
        int mixed = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        return mixed ^ (mixed >>> 13);
    }

    private Behavior<Command> onAnswered(Answered answered) {
        Answer answer = answered.answer();
        if (answer instanceof Done done) {
            Part part = parts.remove(done.batch());
            if (part != null) {
                part.done(done);
            }
        } else if (answer instanceof Failed failed) {
            Part part = parts.get(failed.batch());
            if (part != null) {
                part.failed(failed);
                if (part.isAnswered()) {
                    parts.remove(failed.batch());
                }
            }
        } else {
            replyTo.tell(answer);
        }
        flush();
        return this;
    }

    /** Tells the connection what is certain now, in the order of its frames. */
    private void flush() {
        for (SplitBatch head = batches.peek(); head != null && !shut; head = batches.peek()) {
            for (Answer next = head.next(); next != null && !shut; next = head.next()) {
                replyTo.tell(next);
                shut = next instanceof Failed failed && failed.action() == FailureAction.CLOSE;
            }
            if (!head.isAnswered()) {
                return;
            }
            batches.remove();
        }
    }
}
