package io.penstock.processor;

import org.jspecify.annotations.Nullable;

/** A processor failed. */
abstract class ProcessorFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ProcessorFailedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** At work that others did before it: it is restarted at once. */
    static final class AtOnce extends ProcessorFailedException {
        private static final long serialVersionUID = 1L;

        AtOnce(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** And has done nothing since it failed before: it is restarted after a back-off. */
    static final class Again extends ProcessorFailedException {
        private static final long serialVersionUID = 1L;

        Again(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** One sentence about a failure of user code. */
    static String describe(@Nullable Throwable cause) {
        if (cause == null) {
            return "unknown";
        }
        String message = cause.getMessage();
        if (cause instanceof BranchFailedException && message != null) {
            return message;
        }
        return cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
