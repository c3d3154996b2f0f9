package io.penstock.processor;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.Frames;
import java.io.IOException;
import org.apache.pekko.util.ByteString;

/**
 * User code that works on frames. Implement {@link #process(Session, ByteString)}, or {@link #processAll} where a batch
 * at a time is cheaper.
 *
 * <p>One instance serves all connections, or those that a pool gives it, called by one thread at a time on a dispatcher
 * made for blocking code ({@code penstock.processor-dispatcher}). An exception fails the frame at hand: its connection is
 * told, the instance is closed, and a new one is made, after a back-off when nothing has gone well for a while; then
 * {@link #opened} is called again for the connections that are still there, and work goes on with the frame after the
 * failed one. For code that needs no thread of its own there is {@link AsyncProcessor}.
 */
public interface Processor extends AutoCloseable {
    /** A connection is there; nothing of it has been processed by this instance. */
    default void opened(Session session) throws Exception {}

    /**
     * Processes one frame.
     *
     * @param frame a slice of the read it came in; copy it ({@link ByteString#compact()}) to keep it for long
     * @throws ProcessorUnavailableException nothing is wrong with the frame, it will be processed later
     * @throws Exception the frame cannot be processed
     */
    void process(Session session, ByteString frame) throws Exception;

    /**
     * Processes the frames of one read, in order.
     *
     * @throws FrameFailedException frame {@link FrameFailedException#frame()} cannot be processed, those before it are
     *     done
     * @throws ProcessorUnavailableException none of the frames is done and nothing is wrong with them: they are held, and
     *     given to a new processor after a back-off
     * @throws Exception any other: none of the frames is done, the first one has failed
     */
    default void processAll(Session session, Frames frames) throws Exception {
        for (int i = 0; i < frames.size(); i++) {
            try {
                process(session, frames.get(i));
            } catch (Exception | Error e) {
                Running.passFatal(e);
                throw new FrameFailedException(i, e);
            }
        }
    }

    /** A connection has ended; its session is not used any more. */
    default void closed(Session session, ConnectionEnd end) throws Exception {}

    /**
     * Makes everything that {@link #processAll} has returned from since the last commit as lasting as {@link #reaches}
     * says, for all connections at once: one fsync, one round trip. Called only where {@link #commits} says so, after
     * one batch or many; no batch is answered as done before. A failure is the processor's, never a frame's: a new
     * processor is made after a back-off, and is given all those batches again.
     */
    default void commit() throws Exception {}

    /** Whether batches are done only with the next {@link #commit}. Does not change. */
    default boolean commits() {
        return false;
    }

    /** How far a frame has come when it counts as done. Does not change. */
    default AckStep reaches() {
        return AckStep.PROCESSED;
    }

    /** Called once, when the server stops or after a failure. */
    @Override
    default void close() throws IOException {}
}
