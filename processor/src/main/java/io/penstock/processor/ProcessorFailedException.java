package io.penstock.processor;

import org.jspecify.annotations.Nullable;

/** A processor failed and is to be restarted: the one exception its supervision knows. */
final class ProcessorFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProcessorFailedException(String message, Throwable cause) {
        super(message, cause);
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
