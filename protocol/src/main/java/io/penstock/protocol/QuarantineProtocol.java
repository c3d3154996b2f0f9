package io.penstock.protocol;

import java.time.Instant;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;

/** What the keeper of frames that were set aside understands. */
public interface QuarantineProtocol {
    /** Anything it understands. */
    sealed interface Command permits Put, Serve, Signal {}

    /**
     * Keep a frame.
     *
     * @param replyTo receives one {@link Result}, in the order of the puts
     */
    record Put(Item item, ActorRef<Result> replyTo) implements Command {}

    /**
     * Frames of a listener can be given to its processors again from now on, until these stop.
     *
     * @param listener its name
     * @param protocol what its connections speak
     * @param processors their supervisor
     */
    record Serve(String listener, Protocol protocol, ActorRef<SupervisorProtocol.Command> processors)
            implements Command {}

    /** From the keeper to itself; sent by the processor module alone. */
    non-sealed interface Signal extends Command {}

    /**
     * A frame and why it is set aside.
     *
     * @param time when
     * @param connection whose it was
     * @param reason a word, so that it can be counted: {@code processor-failed}, or that of a {@link BadFrame.Reason}
     * @param detail one sentence, without payload
     * @param payload what there is of it; a copy, not a slice of anything larger
     * @param frameSize how many bytes the frame had, or more; where that is more than the payload has, the payload is only
     *     the frame's beginning
     */
    record Item(
            Instant time, ConnectionInfo connection, String reason, String detail, ByteString payload, long frameSize) {
        /** A whole frame. */
        public Item(Instant time, ConnectionInfo connection, String reason, String detail, ByteString payload) {
            this(time, connection, reason, detail, payload, payload.size());
        }
    }

    /** The answer to {@link Put}. */
    sealed interface Result permits Kept, NotKept {}

    /** It is on stable storage. */
    record Kept() implements Result {}

    /**
     * It is not kept: there is no room, or the disk failed.
     *
     * @param reason one sentence
     */
    record NotKept(String reason) implements Result {}
}
