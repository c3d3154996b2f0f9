package io.penstock.server.bench;

import java.io.IOException;

/** What one connection does. For one thread, except {@link #stop} and {@link #close}. */
interface Work {
    /** Connects; again when the connection has failed. */
    void prepare() throws IOException;

    /** How many units it takes at a time, at the most. */
    default int batch() {
        return 1;
    }

    /** Whether a unit's end is an answer of the server, so that it takes its time also where it was not planned. */
    default boolean isAnswered() {
        return true;
    }

    /** Whether there is more to do after {@link #perform}, or after a failure. */
    default boolean repeats() {
        return true;
    }

    /** Does what is due, and has it measured. */
    void perform(Due due) throws IOException;

    /** Nothing more is to be done: ends in order, and waits for the server to do so. */
    void finish() throws IOException;

    /** The window is over: ends what would go on by itself. From any thread. */
    default void stop() {}

    /** Breaks off whatever goes on, so that threads that wait in it fail. From any thread. */
    void close();
}
