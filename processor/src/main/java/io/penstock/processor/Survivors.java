package io.penstock.processor;

import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ProcessorActor} knows that outlives its restarts: the connections, and what has not been taken care of.
 * Without it that would have to go through the mailbox again, behind later batches of its connections.
 */
final class Survivors {
    /** Something to be done, in the order in which it came. */
    sealed interface Task {
        long connection();
    }

    /**
     * Frames of a batch that have not been taken care of.
     *
     * @param offset the index of the first within its batch
     * @param replies of frames before it, which go with the batch's next answer
     * @param failures how many frames of the batch have failed
     */
    record Rest(long connection, long batch, int offset, Frames frames, List<ByteString> replies, int failures)
            implements Task {
        static Rest of(Deliver deliver) {
            return new Rest(deliver.connection(), deliver.batch(), 0, deliver.frames(), List.of(), 0);
        }

        /** The frames from an index on; those before are done. */
        Rest from(int index, List<ByteString> repliesBefore) {
            return new Rest(connection, batch, offset + index, frames.dropFirst(index), repliesBefore, failures);
        }

        /** The frames after one that has failed. */
        Rest after(int failed) {
            return new Rest(
                    connection, batch, offset + failed + 1, frames.dropFirst(failed + 1), List.of(), failures + 1);
        }

        /** Its replies and more. */
        List<ByteString> replies(List<ByteString> more) {
            if (replies.isEmpty()) {
                return more;
            }
            List<ByteString> all = new ArrayList<>(replies);
            all.addAll(more);
            return all;
        }
    }

    /** The end of a connection. */
    record Ending(Close close) implements Task {
        @Override
        public long connection() {
            return close.connection();
        }
    }

    /** What the processor has returned from, and what it answers once that is committed. */
    record Uncommitted(ProcessorSession session, Rest work, List<ByteString> replies) {}

    final Map<Long, ProcessorSession> sessions = new LinkedHashMap<>();
    /** Connections of which nothing more is processed; they stay until they close. */
    final Set<Long> shut = new HashSet<>();

    /** Those of them that could not be opened, and why. Their frames fail. */
    final Map<Long, String> unopened = new HashMap<>();

    /** What is to be done; each task stays at the head until it has been taken care of. */
    private final Deque<Task> tasks = new ArrayDeque<>();

    private final Deque<Uncommitted> uncommitted = new ArrayDeque<>();

    void add(Task task) {
        tasks.add(task);
    }

    /** Before all else. */
    void addFirst(Task task) {
        tasks.addFirst(task);
    }

    @Nullable
    Task head() {
        return tasks.peek();
    }

    void removeHead() {
        tasks.remove();
    }

    void replaceHead(Task by) {
        tasks.remove();
        tasks.addFirst(by);
    }

    /** The head has been processed, and waits to be committed. */
    void headProcessed(Uncommitted processed) {
        tasks.remove();
        uncommitted.add(processed);
    }

    boolean hasUncommitted(long connection) {
        return uncommitted.stream().anyMatch(processed -> processed.work().connection() == connection);
    }

    /** Takes the oldest one that is now committed; null when there is none. */
    @Nullable
    Uncommitted committed() {
        return uncommitted.poll();
    }

    /** What was processed may be lost with its processor, so it is to be done again, before all else. */
    void redoUncommitted() {
        Iterator<Uncommitted> backwards = uncommitted.descendingIterator();
        backwards.forEachRemaining(processed -> tasks.addFirst(processed.work()));
        uncommitted.clear();
    }
}
