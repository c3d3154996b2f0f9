package io.penstock.processor;

import io.penstock.protocol.ProcessorProtocol;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;

/**
 * What is known of a processor's failures, over all of its lives, and what follows from them.
 *
 * <p>A frame that cannot be processed is its sender's fault as often as the processor's. So a failure costs no back-off
 * while work goes well in between: a client that sends nothing else must not make all others wait. {@code threshold}
 * failures with nothing done in between open the circuit, and an outage opens it at once: then each restart waits, and
 * one frame is tried at a time, until one has been processed.
 */
final class Circuit {
    private static final long STACK_INTERVAL = Duration.ofSeconds(10).toNanos();

    /** From the actor to itself: everything that waited for the circuit to close has been looked at. */
    record Settled() implements ProcessorProtocol.Signal {}

    /** Told when nothing is processed any more, and when it is again. */
    interface Onlooker {
        /** Nothing is processed for now; {@code reason} is one sentence. */
        void suspended(String reason);

        /** Work goes on; {@code frames} have been processed that waited for it. */
        void resumed(long frames);

        /** A processor that cannot be made. */
        void notCreated(Throwable cause);
    }

    private final int threshold;
    private final Onlooker onlooker;
    private int inARow;
    private boolean open;
    /** From the opening until all that waited for the closing has been processed. */
    private boolean suspended;

    private long held;
    private long stackShownAt = System.nanoTime() - STACK_INTERVAL;

    Circuit(int threshold, Onlooker onlooker) {
        this.threshold = threshold;
        this.onlooker = onlooker;
    }

    /** Whether frames are tried one at a time. */
    boolean isOpen() {
        return open;
    }

    /**
     * Something has been processed, for good.
     *
     * @return whether this closed the circuit; {@link #settle} is then to be called when what waits now has been
     *     processed
     */
    boolean worked(long frames) {
        inARow = 0;
        if (suspended) {
            held += frames;
        }
        boolean closes = open;
        open = false;
        return closes;
    }

    /**
     * What waited when the circuit closed, or when a new processor was made, has been looked at. Where there was
     * nothing to try, the next frame is the trial: nobody would send one to a server that says it is suspended.
     */
    void settle() {
        if (open) {
            open = false;
            inARow = threshold - 1;
        }
        if (suspended) {
            suspended = false;
            onlooker.resumed(held);
            held = 0;
        }
    }

    /**
     * Work on a frame or a connection failed.
     *
     * @return to be thrown; its class says whether the restart waits
     */
    ProcessorFailedException failed(Throwable cause, Logger log) {
        String words = ProcessorFailedException.describe(cause);
        inARow++;
        if (showsStack(cause)) {
            log.warn("the processor failed: {}", words, cause);
        } else {
            log.debug("the processor failed: {}", words);
        }
        if (!open && inARow < threshold) {
            return new ProcessorFailedException.AtOnce(words, cause);
        }
        suspend("failures with nothing processed in between: " + inARow + ", the last one: " + words);
        return new ProcessorFailedException.Again(words, cause);
    }

    /** The processor itself cannot work; nobody's frame is to blame. */
    ProcessorFailedException unavailable(Throwable cause, Logger log) {
        String words = cause instanceof ProcessorUnavailableException && cause.getMessage() != null
                ? cause.getMessage()
                : ProcessorFailedException.describe(cause);
        if (!(cause instanceof ProcessorUnavailableException) && showsStack(cause)) {
            log.warn("the processor failed, what it has not committed is processed again: {}", words, cause);
        }
        suspend(words);
        return new ProcessorFailedException.Again(words, cause);
    }

    /** There is no processor; the next attempt waits. */
    ProcessorFailedException notCreated(Throwable cause) {
        onlooker.notCreated(cause);
        String words = "cannot be created: " + ProcessorFailedException.describe(cause);
        suspend(words);
        return new ProcessorFailedException.Again(words, cause);
    }

    private void suspend(String reason) {
        open = true;
        if (!suspended) {
            suspended = true;
            onlooker.suspended(reason);
        }
    }

    /**
     * The event of the failure is logged for each frame; the place in the code is for its author, who needs it once. A
     * disk or a host that failed has no place in the code.
     */
    private boolean showsStack(Throwable cause) {
        long now = System.nanoTime();
        if (BranchFailedException.origin(cause) instanceof IOException || now - stackShownAt < STACK_INTERVAL) {
            return false;
        }
        stackShownAt = now;
        return true;
    }
}
