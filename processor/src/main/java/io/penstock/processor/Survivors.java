package io.penstock.processor;

import io.penstock.protocol.Frames;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ProcessorActor} knows that outlives its restarts: the connections, and the frames after a failed one.
 * Without it the rest of a batch would have to go through the mailbox again, behind later batches of its connection.
 */
final class Survivors {
    /** Frames of a batch still to be processed; {@code offset} is the index of the first within its batch. */
    record Rest(long connection, long batch, int offset, Frames frames) {
        Rest after(int failed) {
            return new Rest(connection, batch, offset + failed + 1, frames.dropFirst(failed + 1));
        }
    }

    final Failures failures = new Failures();
    final Map<Long, ProcessorSession> sessions = new LinkedHashMap<>();
    /** Connections of which nothing more is processed; they stay until they close. */
    final Set<Long> shut = new HashSet<>();

    /** Those of them that could not be opened, and why. Their frames fail. */
    final Map<Long, String> unopened = new HashMap<>();

    @Nullable
    Rest rest;
}
