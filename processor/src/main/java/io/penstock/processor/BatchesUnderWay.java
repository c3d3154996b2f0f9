package io.penstock.processor;

import io.penstock.processor.Survivors.Rest;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.ProcessorProtocol.Answer;
import io.penstock.protocol.ProcessorProtocol.Failed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The batches of one connection that an asynchronous processor has not finished. Answers go out in their order. */
final class BatchesUnderWay {
    /** One of them. */
    static final class Batch {
        final BatchesUnderWay line;
        /** What is left of it. */
        Rest rest;
        /** How many frames of the rest are being processed. */
        int tried;
        /** Outages in a row. */
        int outages;

        private final List<Answer> answers = new ArrayList<>(1);
        private boolean finished;
        private boolean dropped;

        private Batch(BatchesUnderWay line, Rest rest) {
            this.line = line;
            this.rest = rest;
        }

        /** Whether nobody waits for it any more. */
        boolean isDropped() {
            return dropped;
        }
    }

    final ProcessorSession session;
    /** Why the connection could not be opened; its frames fail. */
    final @Nullable String unopened;

    private final Deque<Batch> batches = new ArrayDeque<>();
    private boolean shut;

    BatchesUnderWay(ProcessorSession session, @Nullable String unopened) {
        this.session = session;
        this.unopened = unopened;
    }

    /** Whether nothing more of the connection is processed. */
    boolean isShut() {
        return shut;
    }

    Batch add(Rest rest) {
        Batch batch = new Batch(this, rest);
        batches.add(batch);
        return batch;
    }

    /** An answer for a part of a batch, or for all that is left of it. */
    void answer(Batch batch, Answer answer, boolean last) {
        batch.answers.add(answer);
        batch.finished = last;
        if (answer instanceof Failed failed && failed.action() == FailureAction.CLOSE) {
            shut = true;
            batch.finished = true;
            dropAfter(batch);
        }
        flush();
    }

    private void dropAfter(Batch batch) {
        while (batches.peekLast() != batch) {
            batches.removeLast().dropped = true;
        }
    }

    private void flush() {
        for (Batch head = batches.peek(); head != null; head = batches.peek()) {
            head.answers.forEach(session::answer);
            head.answers.clear();
            if (!head.finished) {
                return;
            }
            batches.remove();
        }
    }

    /** The connection has ended: nobody waits for answers. */
    void drop() {
        batches.forEach(batch -> batch.dropped = true);
        batches.clear();
    }
}
