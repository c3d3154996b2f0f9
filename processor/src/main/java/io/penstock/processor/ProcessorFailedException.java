package io.penstock.processor;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** A processor failed and is to be restarted: the one exception its supervision knows. */
final class ProcessorFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProcessorFailedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Tells the log once. The code's fault shows where it is; a disk or a host that failed has no place in it. */
    static ProcessorFailedException logged(Throwable cause, Logger log) {
        String words = describe(cause);
        if (cause instanceof IOException) {
            log.warn("the processor failed, a new one is made: {}", words);
        } else {
            log.warn("the processor failed, a new one is made: {}", words, cause);
        }
        return new ProcessorFailedException(words, cause);
    }

    /** One sentence about a failure of user code. */
    static String describe(@Nullable Throwable cause) {
        if (cause == null) {
            return "unknown";
        }
        String message = cause.getMessage();
        return cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
