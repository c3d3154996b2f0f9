package io.penstock.processor;

import io.penstock.protocol.AckStep;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** A processor that has been made, and what it says about itself once and for all. */
final class Running {
    /** A call of user code. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    private final Processor processor;
    private final boolean commits;
    private final AckStep reaches;
    private boolean closed;

    private Running(Processor processor) {
        this.processor = processor;
        this.commits = processor.commits();
        this.reaches = Objects.requireNonNull(processor.reaches(), "the step that reaches() names");
    }

    /**
     * Makes one.
     *
     * @throws ProcessorFailedException there can be none at present
     */
    static Running make(ProcessorFactory factory, Circuit circuit) {
        try {
            return of(factory.create());
        } catch (Exception | Error e) {
            passFatal(e);
            throw circuit.notCreated(e);
        }
    }

    private static Running of(Processor processor) throws IOException {
        try {
            return new Running(processor);
        } catch (RuntimeException e) {
            processor.close();
            throw e;
        }
    }

    Processor processor() {
        return processor;
    }

    boolean commits() {
        return commits;
    }

    AckStep reaches() {
        return reaches;
    }

    /** Runs user code; null when it did not fail. Errors of the virtual machine pass through. */
    static @Nullable Throwable attempt(Work work) {
        try {
            work.run();
            return null;
        } catch (Exception | Error e) {
            passFatal(e);
            return e;
        }
    }

    /** Throws errors of the virtual machine on; a stack that was too small is the fault of what it was too small for. */
    static void passFatal(Throwable e) {
        if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
            throw fatal;
        }
    }

    /** Closes the processor, once. */
    void close(Logger log) {
        if (closed) {
            return;
        }
        closed = true;
        Throwable failure = attempt(processor::close);
        if (failure != null) {
            log.warn("processor {} did not close", processor.getClass().getName(), failure);
        }
    }
}
