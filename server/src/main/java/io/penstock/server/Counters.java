package io.penstock.server;

import io.penstock.protocol.BadFrame;
import io.penstock.protocol.BadFrameAction;
import io.penstock.protocol.CertificateEvent;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Abandoned;
import io.penstock.protocol.ConnectionEvent.Accepted;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionEvent.Framed;
import io.penstock.protocol.ConnectionEvent.Held;
import io.penstock.protocol.ConnectionEvent.Processed;
import io.penstock.protocol.ConnectionEvent.ProcessingFailed;
import io.penstock.protocol.ConnectionEvent.Quarantined;
import io.penstock.protocol.ConnectionEvent.Refused;
import io.penstock.protocol.ConnectionEvent.Rejected;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.FailureAction;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what happened since the start; {@link Totals} says how it adds up. Frames are counted as they come and go, a batch at a
 * time: two additions for each, on the thread of its connection. Thread-safe.
 */
public final class Counters implements Subscriber {
    private final LongAdder accepted = new LongAdder();
    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> held = new ConcurrentHashMap<>();
    private final Map<ConnectionEnd.Kind, LongAdder> ends = new EnumMap<>(ConnectionEnd.Kind.class);
    private final Map<String, LongAdder> codes = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> badFrames = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final LongAdder framesIn = new LongAdder();
    private final LongAdder framesProcessed = new LongAdder();
    private final LongAdder framesFailed = new LongAdder();
    private final LongAdder framesSetAside = new LongAdder();
    private final LongAdder framesDropped = new LongAdder();
    private final LongAdder framesLost = new LongAdder();
    private final LongAdder framesTruncated = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();

    private final LongAdder reloads = new LongAdder();
    private final LongAdder reloadsRefused = new LongAdder();

    public Counters() {
        for (ConnectionEnd.Kind kind : ConnectionEnd.Kind.values()) {
            ends.put(kind, new LongAdder());
        }
    }

    @Override
    public void on(ConnectionEvent event) {
        if (event instanceof Framed e) {
            framesIn.add(e.frames());
        } else if (event instanceof Processed e) {
            framesProcessed.add(e.frames());
        } else if (event instanceof ProcessingFailed e) {
            failed(e);
        } else if (event instanceof Quarantined) {
            framesSetAside.increment();
        } else if (event instanceof Abandoned e) {
            framesIn.add(e.frames());
        } else if (event instanceof Rejected e) {
            rejected(e.frame());
        } else if (event instanceof Accepted) {
            accepted.increment();
        } else if (event instanceof Refused e) {
            count(refused, e.limit(), 1);
        } else if (event instanceof Held e) {
            count(held, e.limit(), 1);
        } else if (event instanceof Failed e) {
            ended(e.end());
        } else if (event instanceof Closed e) {
            framesLost.add(e.summary().framesLost());
            bytesIn.add(e.summary().bytesIn());
            ended(e.end());
        }
    }

    @Override
    public void onCertificates(CertificateEvent event) {
        if (event instanceof CertificateEvent.Reloaded) {
            reloads.increment();
        } else if (event instanceof CertificateEvent.Refused) {
            reloadsRefused.increment();
        }
    }

    private void failed(ProcessingFailed e) {
        framesProcessed.add(e.processed());
        if (e.action() != FailureAction.QUARANTINE) {
            framesFailed.add(e.frames());
        }
        String followed = switch (e.action()) {
            case CLOSE -> "connection closed";
            case CONTINUE -> "connection went on";
            case QUARANTINE -> "to be set aside";
        };
        count(failures, followed, e.frames());
    }

    /** One that is to be set aside goes when it is known to be there. */
    private void rejected(BadFrame frame) {
        count(badFrames, reason(frame), 1);
        if (frame.action() == BadFrameAction.TRUNCATE) {
            framesTruncated.increment();
            return;
        }
        framesIn.increment();
        if (frame.action() != BadFrameAction.QUARANTINE) {
            framesDropped.increment();
        }
    }

    private void ended(ConnectionEnd end) {
        ends.computeIfAbsent(end.kind(), kind -> new LongAdder()).increment();
        if (!end.code().isEmpty()) {
            count(codes, end.code(), 1);
        }
    }

    private static void count(Map<String, LongAdder> counters, String what, long times) {
        counters.computeIfAbsent(what, first -> new LongAdder()).add(times);
    }

    private static <K> Map<K, Long> sums(Map<K, LongAdder> counters) {
        Map<K, Long> sums = new TreeMap<>();
        counters.forEach((what, count) -> sums.put(what, count.sum()));
        return sums;
    }

    /** {@code too long, dropped}. */
    private static String reason(BadFrame frame) {
        String what = frame.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return what
                + switch (frame.action()) {
                    case CLOSE -> ", connection closed";
                    case DROP -> ", dropped";
                    case TRUNCATE -> ", truncated";
                    case QUARANTINE -> ", to be set aside";
                };
    }

    /**
     * What they are now. While things happen it is one moment's only as far as it needs: what goes is read before what comes, so
     * that nothing seems to go that has not come.
     */
    public Totals totals() {
        Map<ConnectionEnd.Kind, Long> ended = sums(ends);
        FrameCounts frames = frames();
        return new Totals(
                accepted.sum(),
                ended,
                sums(codes),
                sums(refused),
                sums(held),
                frames,
                sums(failures),
                sums(badFrames),
                bytesIn.sum(),
                reloads.sum(),
                reloadsRefused.sum());
    }

    private FrameCounts frames() {
        long lost = framesLost.sum();
        long dropped = framesDropped.sum();
        long setAside = framesSetAside.sum();
        long failed = framesFailed.sum();
        long processed = framesProcessed.sum();
        return new FrameCounts(framesIn.sum(), processed, failed, setAside, dropped, lost, framesTruncated.sum());
    }

    /** One line for the log. */
    @Override
    public String toString() {
        return totals().toString();
    }
}
