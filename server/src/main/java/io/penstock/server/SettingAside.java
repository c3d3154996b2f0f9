package io.penstock.server;

import io.penstock.protocol.BadFrame;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.QuarantineProtocol;
import io.penstock.protocol.QuarantineProtocol.Item;
import io.penstock.protocol.QuarantineProtocol.Put;
import io.penstock.protocol.Receipt;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** One connection's frames on their way into quarantine, in order. Belongs to its ConnectionActor. */
final class SettingAside {
    /**
     * A frame that the quarantine has not answered for.
     *
     * @param batch what the processor failed at; null: the decoder found the frame bad
     * @param receipt tells the sender
     * @param index within what the receipt is for
     * @param size bytes of memory that it holds
     * @param due where the receipt of a bad frame goes; null: it is told at once
     * @param holds the number of the first batch of which the sender must not be told before
     */
    record Frame(
            Account.@Nullable Batch batch,
            Receipt receipt,
            int index,
            int size,
            Account.@Nullable Due due,
            long holds) {}

    private final ConnectionInfo info;
    private final Optional<ActorRef<QuarantineProtocol.Command>> quarantine;
    private final ActorRef<QuarantineProtocol.Result> self;
    private final Clock clock;
    private final ArrayDeque<Frame> waiting = new ArrayDeque<>(0);

    /**
     * Nothing yet.
     *
     * @param quarantine empty: there is none, and what should go there ends the connection
     * @param self receives its answers
     */
    SettingAside(
            ConnectionInfo info,
            Optional<ActorRef<QuarantineProtocol.Command>> quarantine,
            ActorRef<QuarantineProtocol.Result> self,
            Clock clock) {
        this.info = info;
        this.quarantine = quarantine;
        this.self = self;
        this.clock = clock;
    }

    /**
     * A frame that is not what the protocol allows.
     *
     * @param due where its receipt goes; null: it is told at once
     * @param holds the number of the first batch of which the sender must not be told before
     */
    Optional<String> put(BadFrame bad, Account.@Nullable Due due, long holds) {
        Frame frame = new Frame(null, bad.receipt(), 0, bad.payload().size(), due, holds);
        return put(frame, word(bad.reason().name()), bad.detail(), bad.payload(), bad.size());
    }

    /** Frames that the processor could not process. */
    Optional<String> put(Account.Batch batch, int from, int to, String reason) {
        Optional<String> end = Optional.empty();
        for (int i = from; i < to && end.isEmpty(); i++) {
            ByteString payload = batch.payload.get(i).compact();
            Frame frame = new Frame(batch, batch.receipt, i, 0, null, batch.number);
            end = put(frame, "processor-failed", reason, payload, payload.size());
        }
        return end;
    }

    private Optional<String> put(Frame frame, String reason, String detail, ByteString payload, long size) {
        if (quarantine.isEmpty()) {
            return Optional.of("a frame should be set aside, and there is no quarantine: " + detail);
        }
        waiting.add(frame);
        quarantine.get().tell(new Put(new Item(clock.instant(), info, reason, detail, payload, size), self));
        return Optional.empty();
    }

    /** The oldest one: the quarantine has answered for it. */
    Frame next() {
        return waiting.remove();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether the sender must not be told of a batch yet. */
    boolean holdsUp(long batch) {
        return !waiting.isEmpty() && waiting.stream().anyMatch(frame -> frame.holds() <= batch);
    }

    private static String word(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
