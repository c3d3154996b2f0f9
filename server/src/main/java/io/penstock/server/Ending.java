package io.penstock.server;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection ends. The first reason stands, but for an end that was to be orderly and is not. Belongs to its
 * ConnectionActor.
 */
final class Ending {
    /** The peer has ended the connection, or cannot hear us any more. */
    private static final Set<Kind> PEERS_END =
            EnumSet.of(Kind.END_OF_STREAM, Kind.TRUNCATED, Kind.RESET, Kind.ALERT_RECEIVED, Kind.CUT);

    private static final Set<Kind> ORDERLY = EnumSet.of(Kind.END_OF_STREAM, Kind.DRAINED, Kind.CLOSED_BY_PROCESSOR);

    /** Null while it is not ending. */
    private @Nullable ConnectionEnd why;

    boolean begun() {
        return why != null;
    }

    /** Why; an end without a reason is a fault of our own. */
    ConnectionEnd why() {
        return why == null ? ConnectionEnd.of(Kind.INTERNAL_ERROR) : why;
    }

    void because(ConnectionEnd reason) {
        because(() -> reason);
    }

    /** @param reason asked only when there is none yet */
    void because(Supplier<ConnectionEnd> reason) {
        if (why == null) {
            why = reason.get();
        }
    }

    /** @param finished whether what was owed has been written already */
    void cut(ConnectionEnd reason, boolean finished) {
        if (why == null || (!finished && why.kind() == Kind.DRAINED)) {
            why = reason;
        }
    }

    /**
     * What was received will not be processed: an end that was to be orderly has this reason then.
     *
     * @param finished whether what was owed has been written already
     */
    void failed(ConnectionEnd reason, boolean finished) {
        if (why == null || (!finished && isOrderly(why))) {
            why = reason;
        }
    }

    /** The peer takes nothing of what is owed. */
    void stalled(Duration timeout) {
        if (why == null || isOrderly(why)) {
            why = new ConnectionEnd(
                    Kind.TIMED_OUT,
                    ConnectionTimes.WRITE,
                    "the peer has taken nothing for " + timeout.toMillis() + " ms");
        }
    }

    private static boolean isOrderly(ConnectionEnd end) {
        return ORDERLY.contains(end.kind()) || end.code().equals(ConnectionTimes.MAX_LIFETIME);
    }

    /** Whether nothing more of ours is expected. */
    boolean isPeers() {
        return why != null && PEERS_END.contains(why.kind());
    }
}
