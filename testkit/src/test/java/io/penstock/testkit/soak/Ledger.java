package io.penstock.testkit.soak;

import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionEvent.Faulted;
import io.penstock.protocol.ConnectionEvent.Handshaken;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ConnectionEvent.Summary;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.server.FrameCounts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A second book: sums up the accounts of the connections, which the counters do not look at. Thread-safe. */
final class Ledger implements Subscriber {
    private static final FrameCounts NOTHING = new FrameCounts(0, 0, 0, 0, 0, 0, 0);

    private static final int LAST = 500;

    /** The accounts that do not add up by themselves, and faults of the server's own. */
    final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    /** Open connections, and the ports of their listeners. */
    final Map<Long, Integer> open = new ConcurrentHashMap<>();

    /** How the last connections have ended, by the port of their clients. */
    private final Map<Integer, String> ends = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, String> eldest) {
            return size() > LAST;
        }
    };

    private FrameCounts sum = NOTHING;

    @Override
    public void on(ConnectionEvent event) {
        if (event instanceof Handshaken e) {
            open.put(e.connection().id(), e.connection().local().getPort());
        } else if (event instanceof Closed e) {
            ended(e.connection(), e.end() + ", " + e.summary());
            add(e);
        } else if (event instanceof Failed e) {
            ended(e.connection(), e.end() + ", before it was open, after " + e.took());
        } else if (event instanceof Faulted e) {
            wrong.add(e.connection().label() + " a fault of the server's own: " + e.cause());
        }
    }

    private synchronized void ended(ConnectionInfo connection, String words) {
        open.remove(connection.id());
        ends.put(connection.peer().getPort(), connection.label() + " " + words);
    }

    /** What the server says of the connection that came from a port last. */
    synchronized String endOf(int port) {
        return ends.getOrDefault(port, "nothing");
    }

    private synchronized void add(Closed closed) {
        FrameCounts one = counts(closed.summary());
        if (one.held() != 0) {
            wrong.add(closed.connection().label() + " does not add up: " + one);
        }
        sum = new FrameCounts(
                sum.in() + one.in(),
                sum.processed() + one.processed(),
                sum.failed() + one.failed(),
                sum.setAside() + one.setAside(),
                sum.dropped() + one.dropped(),
                sum.lost() + one.lost(),
                sum.truncated() + one.truncated());
    }

    private static FrameCounts counts(Summary s) {
        return new FrameCounts(
                s.framesIn(),
                s.framesProcessed(),
                s.framesFailed(),
                s.framesQuarantined(),
                s.framesDropped(),
                s.framesLost(),
                s.framesTruncated());
    }

    /** Of all connections that have ended. */
    synchronized FrameCounts sum() {
        return sum;
    }
}
