package io.penstock.server;

import io.penstock.protocol.BadFrame;
import io.penstock.protocol.CertificateEvent;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Accepted;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionEvent.Refused;
import io.penstock.protocol.ConnectionEvent.Rejected;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ConnectionEvent.Summary;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * Counts what happened since the start. They add up: accepted = ended by any reason + open. Thread-safe.
 */
public final class Counters implements Subscriber {
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Map<ConnectionEnd.Kind, LongAdder> ends = new EnumMap<>(ConnectionEnd.Kind.class);
    private final Map<String, LongAdder> codes = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> rejections = new ConcurrentHashMap<>();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder framesProcessed = new LongAdder();
    private final LongAdder framesFailed = new LongAdder();
    private final LongAdder framesQuarantined = new LongAdder();
    private final LongAdder framesRejected = new LongAdder();
    private final LongAdder framesLost = new LongAdder();

    private final LongAdder reloads = new LongAdder();
    private final LongAdder reloadsRefused = new LongAdder();

    public Counters() {
        for (ConnectionEnd.Kind kind : ConnectionEnd.Kind.values()) {
            ends.put(kind, new LongAdder());
        }
    }

    @Override
    public void on(ConnectionEvent event) {
        if (event instanceof Accepted) {
            accepted.increment();
        } else if (event instanceof Refused) {
            refused.increment();
        } else if (event instanceof Rejected e) {
            rejections
                    .computeIfAbsent(reason(e.frame()), reason -> new LongAdder())
                    .increment();
        } else if (event instanceof Failed e) {
            ended(e.end());
        } else if (event instanceof Closed e) {
            ended(e.end());
            add(e.summary());
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

    private void ended(ConnectionEnd end) {
        ends.computeIfAbsent(end.kind(), kind -> new LongAdder()).increment();
        if (!end.code().isEmpty()) {
            codes.computeIfAbsent(end.code(), code -> new LongAdder()).increment();
        }
    }

    private void add(Summary summary) {
        bytesIn.add(summary.bytesIn());
        framesProcessed.add(summary.framesProcessed());
        framesFailed.add(summary.framesFailed());
        framesQuarantined.add(summary.framesQuarantined());
        framesRejected.add(summary.framesRejected());
        framesLost.add(summary.framesLost());
    }

    /** {@code too long, dropped}. */
    private static String reason(BadFrame frame) {
        String what = frame.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return what
                + switch (frame.action()) {
                    case CLOSE -> ", connection closed";
                    case DROP -> ", dropped";
                    case TRUNCATE -> ", truncated";
                    case QUARANTINE -> ", set aside";
                };
    }

    /** Connections taken on. */
    public long accepted() {
        return accepted.sum();
    }

    /** Connections that have ended, by how. */
    public Map<ConnectionEnd.Kind, Long> ended() {
        Map<ConnectionEnd.Kind, Long> counts = new TreeMap<>();
        ends.forEach((kind, count) -> counts.put(kind, count.sum()));
        return counts;
    }

    /** Connections that have ended, by the code of their end, where it has one. */
    public Map<String, Long> codes() {
        Map<String, Long> counts = new TreeMap<>();
        codes.forEach((code, count) -> counts.put(code, count.sum()));
        return counts;
    }

    /** Frames that were not delivered as they came, by what was wrong with them and what was done; also of open connections. */
    public Map<String, Long> rejected() {
        Map<String, Long> counts = new TreeMap<>();
        rejections.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }

    /** Connections that are there now. */
    public long open() {
        return accepted() - ended().values().stream().mapToLong(Long::longValue).sum();
    }

    /** One line; frames and bytes are those of ended connections. */
    @Override
    public String toString() {
        String byEnd = ended().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> ", " + entry.getKey().words() + " " + entry.getValue())
                .collect(Collectors.joining());
        String byCode = codes().entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
        return "connections: accepted " + accepted() + ", open " + open() + ", refused " + refused.sum() + byEnd
                + (byCode.isEmpty() ? "" : "; by code: " + byCode)
                + "; of the ended ones: bytes in " + bytesIn.sum() + ", frames processed " + framesProcessed.sum()
                + ", failed " + framesFailed.sum() + ", set aside " + framesQuarantined.sum() + ", rejected "
                + framesRejected.sum() + ", lost "
                + framesLost.sum() + badFrames() + certificates();
    }

    private String badFrames() {
        return rejected().isEmpty()
                ? ""
                : rejected().entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining("; ", "; bad frames: ", ""));
    }

    private String certificates() {
        return reloads.sum() + reloadsRefused.sum() == 0
                ? ""
                : "; certificates: reloads " + reloads.sum() + ", refused " + reloadsRefused.sum();
    }
}
