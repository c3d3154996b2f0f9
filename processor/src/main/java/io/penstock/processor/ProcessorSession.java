package io.penstock.processor;

import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ProcessorProtocol.Answer;
import io.penstock.protocol.ProcessorProtocol.Disconnect;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Send;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** The session that a {@link ProcessorActor} gives to its processor. Outlives the processor's restarts. */
final class ProcessorSession implements Session {
    private final ConnectionInfo connection;
    private final ActorRef<Answer> replyTo;
    /** The thread that is within the processor for this session, so that its replies travel with the answer. */
    private volatile @Nullable Thread worker;

    private List<ByteString> replies = new ArrayList<>();

    ProcessorSession(Open open) {
        this.connection = open.connection();
        this.replyTo = open.replyTo();
    }

    @Override
    public ConnectionInfo connection() {
        return connection;
    }

    @Override
    public void send(ByteString payload) {
        Objects.requireNonNull(payload, "payload");
        if (Thread.currentThread() == worker) {
            replies.add(payload);
        } else {
            replyTo.tell(new Send(List.of(payload)));
        }
    }

    @Override
    public void disconnect(String reason) {
        Objects.requireNonNull(reason, "reason");
        replyTo.tell(new Disconnect(reason));
    }

    /** From here on the current thread's replies are kept for the answer. */
    void begin() {
        worker = Thread.currentThread();
    }

    /** The replies since {@link #begin}. */
    List<ByteString> end() {
        worker = null;
        if (replies.isEmpty()) {
            return List.of();
        }
        List<ByteString> taken = replies;
        replies = new ArrayList<>();
        return taken;
    }

    void answer(Answer answer) {
        replyTo.tell(answer);
    }
}
