package io.penstock.processor;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What is known of a processor's failures, over all of its lives.
 *
 * <p>A frame that cannot be processed is its sender's fault as often as the processor's. So the first failure after
 * work that went well costs no back-off: a client that sends nothing else must not make all others wait.
 */
final class Failures {
    private static final long STACK_INTERVAL = Duration.ofSeconds(10).toNanos();

    private boolean working = true;
    private long stackShownAt = System.nanoTime() - STACK_INTERVAL;

    /** Something has been processed. */
    void worked() {
        working = true;
    }

    /**
     * Work failed.
     *
     * @return to be thrown; its class says whether the restart waits
     */
    ProcessorFailedException failed(Throwable cause, Logger log) {
        String words = ProcessorFailedException.describe(cause);
        boolean first = working;
        working = false;
        if (showsStack(cause)) {
            log.warn("the processor failed, a new one is made: {}", words, cause);
        } else {
            log.debug("the processor failed, a new one is made: {}", words);
        }
        return first
                ? new ProcessorFailedException.AtOnce(words, cause)
                : new ProcessorFailedException.Again(words, cause);
    }

    /** There is no processor; the next attempt waits. */
    ProcessorFailedException notCreated(Throwable cause) {
        working = false;
        return new ProcessorFailedException.Again(
                "cannot be created: " + ProcessorFailedException.describe(cause), cause);
    }

    /**
     * The event of the failure is logged for each frame; the place in the code is for its author, who needs it once. A
     * disk or a host that failed has no place in the code.
     */
    private boolean showsStack(@Nullable Throwable cause) {
        long now = System.nanoTime();
        if (cause instanceof IOException || now - stackShownAt < STACK_INTERVAL) {
            return false;
        }
        stackShownAt = now;
        return true;
    }
}
