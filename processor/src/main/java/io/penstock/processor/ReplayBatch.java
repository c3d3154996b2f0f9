package io.penstock.processor;

import io.penstock.processor.QuarantineFiles.Content;
import io.penstock.processor.ReplayActor.NotProcessed;
import io.penstock.processor.ReplayActor.Outcome;
import io.penstock.processor.ReplayActor.Processed;
import io.penstock.protocol.QuarantineProtocol.Serve;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries that are with one listener's processors. One that has been answered leaves when its file has been put
 * away; as long as that fails it stays, so that it is not processed again.
 */
final class ReplayBatch {
    /** Entries at once, at the most. */
    static final int MOST_ENTRIES = 64;

    /** Bytes of payload in them, unless one alone has more. */
    static final long MOST_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ReplayBatch.class);

    private static final class UnderWay {
        final Content content;
        /** Null: it has not been answered. */
        @Nullable
        Outcome outcome;

        UnderWay(Content content) {
            this.content = content;
        }
    }

    private final Serve listener;
    private final Map<String, UnderWay> entries = new LinkedHashMap<>();
    private long bytes;
    private boolean closed;
    private int processed;
    private int failed;

    ReplayBatch(Serve listener) {
        this.listener = listener;
    }

    Serve listener() {
        return listener;
    }

    boolean holds(String id) {
        return entries.containsKey(id);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Whether it takes no more until all of it have been put away. */
    boolean isClosed() {
        return closed;
    }

    /** Adds an entry; false, and the batch is closed, when that would be too much. */
    boolean add(Content content) {
        long size = content.payload().size();
        closed = closed || entries.size() == MOST_ENTRIES || (!entries.isEmpty() && bytes + size > MOST_BYTES);
        if (!closed) {
            entries.put(content.entry().id(), new UnderWay(content));
            bytes += size;
        }
        return !closed;
    }

    /** Notes an answer. */
    void answered(String id, Outcome outcome) {
        UnderWay entry = entries.get(id);
        if (entry != null) {
            entry.outcome = outcome;
        }
    }

    /** Puts away the files of those that have been answered, as far as that can be done. */
    void putAway(QuarantineStore store) {
        try {
            for (Iterator<UnderWay> each = entries.values().iterator(); each.hasNext(); ) {
                UnderWay entry = each.next();
                if (entry.outcome != null) {
                    putAway(entry.content, entry.outcome, store);
                    each.remove();
                }
            }
        } catch (IOException e) {
            LOG.warn("replayed frames cannot be put away yet: {}", FileFault.words(e));
        }
        if (entries.isEmpty()) {
            bytes = 0;
            closed = false;
            tell();
        }
    }

    private void putAway(Content content, Outcome outcome, QuarantineStore store) throws IOException {
        QuarantineEntry entry = content.entry();
        if (outcome instanceof Processed) {
            store.replayed(entry.id());
            processed++;
        } else if (outcome instanceof NotProcessed again) {
            store.takeBack(content, entry.failedAgain(again.reason()));
            failed++;
        }
        // Without an answer it stays where it is, for the processors that come next.
    }

    private void tell() {
        if (processed + failed > 0) {
            LOG.info(
                    "quarantine, listener {}: {} frames replayed, {} failed again",
                    listener.listener(),
                    processed,
                    failed);
        }
        processed = 0;
        failed = 0;
    }
}
