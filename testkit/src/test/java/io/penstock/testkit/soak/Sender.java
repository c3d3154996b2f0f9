package io.penstock.testkit.soak;

import java.util.List;

/** An honest client's connection: it takes no answer that is not the right one. For one thread. */
interface Sender extends AutoCloseable {
    /**
     * Sends frames at once and waits for their answers.
     *
     * @return how many were answered; fewer only when the server has ended in order
     * @throws AssertionError at a wrong answer
     * @throws java.io.UncheckedIOException when the server has ended in another way
     */
    int exchange(List<Frame> frames);

    /** Ends in order, and sees to it that the server does so with nothing but what is still owed. */
    void end();

    /** The client's own. */
    int port();

    @Override
    void close();
}
