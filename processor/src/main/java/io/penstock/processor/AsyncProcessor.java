package io.penstock.processor;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.Frames;
import java.io.IOException;
import java.util.concurrent.CompletionStage;

/**
 * User code that works on frames without a thread of its own: it begins, and says later that it is done. For drivers and
 * clients that answer by {@link CompletionStage}; what blocks is a {@link Processor}.
 *
 * <p>One instance serves all connections. Its methods are called by one thread at a time on the default dispatcher, so
 * they must not block. Several batches, also of one connection, are under way at a time, as many as the connections'
 * windows let through; each connection is answered in its order whatever the order in which they are done. The instance
 * stays when a batch fails.
 */
public interface AsyncProcessor extends AutoCloseable {
    /** A connection is there; nothing of it has been processed. */
    default void opened(Session session) throws Exception {}

    /**
     * Begins to process the frames of one read.
     *
     * <p>{@link Session#send} goes out before the batch's answer when it is called before the stage is completed.
     *
     * @return completes when all are done, with anything, or fails: with {@link FrameFailedException} when one of them
     *     cannot be processed and those before it are done; with {@link ProcessorUnavailableException} when nothing is
     *     wrong with them, they are then given again after a back-off while other batches go on; with anything else
     *     when the first one has failed and the others are not done. The frames after one that failed are given again.
     *     A stage that never completes holds its connection, and no other
     * @throws Exception as a stage that fails with it
     */
    CompletionStage<?> processAll(Session session, Frames frames) throws Exception;

    /** A connection has ended; its session is not used any more. Batches of it may still be under way. */
    default void closed(Session session, ConnectionEnd end) throws Exception {}

    /** How far a frame has come when it counts as done. Does not change. */
    default AckStep reaches() {
        return AckStep.PROCESSED;
    }

    /** Called once, when the server stops. */
    @Override
    default void close() throws IOException {}
}
