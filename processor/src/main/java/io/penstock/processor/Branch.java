package io.penstock.processor;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.Frames;
import java.io.IOException;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One of the processors of a {@link TeeProcessor}. What it throws has its name in it. */
final class Branch {
    /**
     * How one is made.
     *
     * @param name as configured
     */
    record Plan(String name, ProcessorFactory factory) {
        Branch make() throws Exception {
            Processor processor;
            try {
                processor = factory.create();
            } catch (IOException e) {
                // Told as it is by who starts the server: a sentence, and no fault of the code.
                throw new IOException(BranchFailedException.words(name, String.valueOf(e.getMessage())), e);
            } catch (Exception | Error e) {
                Running.passFatal(e);
                throw named(name, e);
            }
            return new Branch(name, processor);
        }
    }

    private final String name;
    private final Processor processor;

    Branch(String name, Processor processor) {
        this.name = name;
        this.processor = processor;
    }

    boolean commits() {
        return processor.commits();
    }

    AckStep reaches() {
        return Objects.requireNonNull(
                processor.reaches(), () -> "the step that reaches() of branch " + name + " names");
    }

    /**
     * Processes a batch.
     *
     * @return null when all is done; else which frame has failed, with those before it done
     * @throws ProcessorUnavailableException none is done
     */
    @Nullable
    FrameFailedException process(Session session, Frames frames) throws ProcessorUnavailableException {
        Throwable failure = Running.attempt(() -> processor.processAll(session, frames));
        if (failure instanceof ProcessorUnavailableException unavailable) {
            throw named(name, unavailable);
        }
        return failure == null
                ? null
                : new FrameFailedException(
                        FailurePolicy.frame(failure, frames.size()), named(name, FailurePolicy.cause(failure)));
    }

    /** Any other call: of {@link Processor#opened}, {@link Processor#closed}, {@link Processor#commit}. */
    void call(Call call) throws Exception {
        Throwable failure = Running.attempt(() -> call.on(processor));
        if (failure != null) {
            throw named(name, failure);
        }
    }

    /** What is called. */
    @FunctionalInterface
    interface Call {
        void on(Processor processor) throws Exception;
    }

    /** The first {@code count} frames. */
    static Frames first(Frames frames, int count) {
        return frames.select(IntStream.range(0, count).toArray(), count);
    }

    private static Exception named(String branch, Throwable failure) {
        return failure instanceof ProcessorUnavailableException unavailable
                ? named(branch, unavailable)
                : new BranchFailedException(branch, failure);
    }

    private static ProcessorUnavailableException named(String branch, ProcessorUnavailableException failure) {
        String words = failure.getMessage() == null ? "unavailable" : failure.getMessage();
        return new ProcessorUnavailableException(
                BranchFailedException.words(branch, words), failure.getCause() == null ? failure : failure.getCause());
    }
}
