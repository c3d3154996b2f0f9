package io.penstock.processor;

/** A branch of a {@code tee} failed; its name is in the message. */
final class BranchFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    BranchFailedException(String branch, Throwable cause) {
        super(words(branch, ProcessorFailedException.describe(cause)), cause);
    }

    static String words(String branch, String what) {
        return "branch " + branch + ": " + what;
    }

    /** What a failure was before a branch's name was put to it. */
    static Throwable origin(Throwable failure) {
        return failure instanceof BranchFailedException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
