package io.penstock.protocol;

import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;

/**
 * What connections and processors say to each other. For one connection a processor sees {@link Open}, then any number
 * of {@link Deliver}, then {@link Close}; the messages of different connections interleave.
 *
 * <p>Every {@link Deliver} is answered, by {@link Done} or {@link Failed}, in the order received for a connection.
 * The answer returns the connection's credit: until it comes, the batch counts against the connection's window, and a
 * full window stops the reading of its socket. A processor that never answers therefore stops its senders, never
 * fills the memory.
 */
public interface ProcessorProtocol {
    /** To a processor. */
    sealed interface Command permits Open, Deliver, Close, Signal {}

    /** From a processor's actor to itself; sent by the processor module alone. */
    non-sealed interface Signal extends Command {}

    /** From a processor to a connection. */
    sealed interface Answer extends ConnectionProtocol.Command permits Done, Failed, Send, Disconnect, Unserved {}

    /**
     * A connection is open: its handshake is done, no frame has been sent before.
     *
     * @param connection who it is
     * @param replyTo where {@link Answer}s go; valid until {@link Close}
     */
    record Open(ConnectionInfo connection, ActorRef<Answer> replyTo) implements Command {}

    /**
     * The frames of one read.
     *
     * @param connection the id of {@link ConnectionInfo}
     * @param batch counted from 1 within the connection
     * @param frames at least one
     * @param replyTo where the answer goes
     */
    record Deliver(long connection, long batch, Frames frames, ActorRef<Answer> replyTo) implements Command {}

    /**
     * A connection has ended; no message for it follows.
     *
     * @param connection the id of {@link ConnectionInfo}
     * @param end how it ended, as far as reading is concerned
     */
    record Close(long connection, ConnectionEnd end) implements Command {}

    /**
     * A batch is done.
     *
     * @param batch as in {@link Deliver}
     * @param step how far its frames have come: {@link AckStep#PROCESSED} or {@link AckStep#STORED}
     * @param replies payloads for the peer, in order; framed by the connection's protocol
     */
    record Done(long batch, AckStep step, List<ByteString> replies) implements Answer {}

    /**
     * Frames of a batch failed. Those before them are done.
     *
     * @param batch as in {@link Deliver}
     * @param frame the index within the batch of the first frame that failed
     * @param frames how many failed: 1, or all from {@code frame} on where it is not known which one it was
     * @param reason one sentence, without payload
     * @param action what the connection shall do about them. Unless that is {@link FailureAction#CLOSE}, the frames after
     *     them will be processed, and {@link Done} or {@link Failed} follows for them, if there are any; else nothing more
     *     of this connection will be processed or answered
     * @param replies payloads for the peer from the frames before them
     */
    record Failed(long batch, int frame, int frames, String reason, FailureAction action, List<ByteString> replies)
            implements Answer {}

    /** Payloads for the peer outside an answer, at any time while the connection is open. */
    record Send(List<ByteString> payloads) implements Answer {}

    /**
     * The connection cannot be served, by a fault of the processor: it closes once what it is owed has been sent. What
     * is delivered meanwhile is answered all the same.
     */
    record Unserved(String reason) implements Answer {}

    /** The connection shall close once what it is owed has been sent. */
    record Disconnect(String reason) implements Answer {}
}
