package io.penstock.processor;

import io.penstock.processor.QuarantineFiles.Content;
import io.penstock.processor.ReplayActor.Outcome;
import io.penstock.protocol.QuarantineProtocol.Command;
import io.penstock.protocol.QuarantineProtocol.Serve;
import io.penstock.protocol.QuarantineProtocol.Signal;
import io.penstock.protocol.SupervisorProtocol;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives entries that wait for it to processors again, for each listener a {@link ReplayBatch} at a time. An entry's file
 * stays among those that wait until the answer has come, so that a crash loses none and hides none. Belongs to its
 * {@link QuarantineActor}.
 */
final class Replays {
    /** Processors have stopped. Those of several listeners may be the same, and are watched once. */
    record Gone(ActorRef<SupervisorProtocol.Command> processors) implements Signal {}

    /** What came of an entry that was given to a listener's processors. */
    record Answered(Serve listener, String id, Outcome outcome) implements Signal {}

    /** How long after the start a listener may still turn up. */
    static final Duration START = Duration.ofMinutes(1);

    /** Entries looked at in one go, so that frames to be set aside do not wait for long. */
    private static final int LOOKED_AT = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);

    private final ActorContext<Command> context;
    private final QuarantineStore store;
    private final Clock clock;
    private final Instant started;
    private final Map<String, ReplayBatch> batches = new HashMap<>();
    /** Ids seen at the last look into the directory. */
    private final ArrayDeque<String> queue = new ArrayDeque<>();

    Replays(ActorContext<Command> context, QuarantineStore store, Clock clock) {
        this.context = context;
        this.store = store;
        this.clock = clock;
        this.started = clock.instant();
    }

    void serve(Serve listener) {
        batches.put(listener.listener(), new ReplayBatch(listener));
        context.watchWith(listener.processors(), new Gone(listener.processors()));
    }

    void gone(Gone gone) {
        batches.values().removeIf(batch -> batch.listener().processors().equals(gone.processors()));
    }

    void answered(Answered answered) {
        ReplayBatch batch = batches.get(answered.listener().listener());
        // Of processors that have stopped: the next ones get it again.
        if (batch == null || !batch.listener().equals(answered.listener())) {
            return;
        }
        batch.answered(answered.id(), answered.outcome());
        batch.putAway(store);
        if (batch.isEmpty()) {
            poll();
        }
    }

    /** Gives what waits to the processors, as far as they have answered for what they were given before. */
    void poll() {
        batches.values().stream().filter(batch -> !batch.isEmpty()).forEach(batch -> batch.putAway(store));
        try {
            if (queue.isEmpty()) {
                queue.addAll(store.files().waiting());
            }
            for (int i = 0; i < LOOKED_AT && !queue.isEmpty() && !allClosed(); i++) {
                look(queue.remove());
            }
        } catch (IOException e) {
            LOG.warn("frames that wait for replay cannot be looked at: {}", FileFault.words(e));
        }
    }

    private boolean allClosed() {
        return !batches.isEmpty() && batches.values().stream().allMatch(ReplayBatch::isClosed);
    }

    private void look(String id) throws IOException {
        if (batches.values().stream().anyMatch(batch -> batch.holds(id))) {
            return;
        }
        Optional<QuarantineEntry> entry;
        try {
            entry = store.files().entry(id);
        } catch (IOException e) {
            LOG.warn("{} cannot be replayed and is kept: {}", id, FileFault.words(e));
            store.takeBack(id);
            return;
        }
        if (entry.isPresent()) {
            look(entry.get());
        }
    }

    private void look(QuarantineEntry entry) throws IOException {
        ReplayBatch batch = batches.get(entry.listener());
        if (!entry.payloadKept()) {
            keep(entry, "its payload was not kept");
        } else if (batch != null) {
            give(entry.id(), batch);
        } else if (clock.instant().isAfter(started.plus(START))) {
            keep(entry, "there is no listener " + entry.listener());
        }
    }

    private void keep(QuarantineEntry entry, String note) throws IOException {
        Optional<Content> content = store.files().content(entry.id());
        if (content.isPresent()) {
            store.takeBack(content.get(), entry.notTried(note));
        }
    }

    /** What a closed batch does not take is seen again at a later look into the directory. */
    private void give(String id, ReplayBatch batch) throws IOException {
        if (batch.isClosed()) {
            return;
        }
        Optional<Content> content = store.files().content(id);
        if (content.isEmpty()) {
            return;
        }
        if (!batch.add(content.get())) {
            queue.addFirst(id);
            return;
        }
        Serve listener = batch.listener();
        ActorRef<Command> self = context.getSelf();
        context.spawnAnonymous(
                ReplayActor.create(content.get(), listener, outcome -> self.tell(new Answered(listener, id, outcome))));
    }
}
