package io.penstock.server.cli;

/** The command line is wrong. Its message is one line; has no cause and needs no stack trace. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String command;
    private final String line;

    /**
     * @param command whose help to try, such as {@code penstock serve}
     * @param message what is wrong, naming the word that is
     */
    UsageException(String command, String message) {
        super(message, null, false, false);
        this.command = command;
        this.line = message;
    }

    String command() {
        return command;
    }

    String line() {
        return line;
    }
}
