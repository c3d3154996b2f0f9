package io.penstock.server;

import io.penstock.protocol.BadFrame;
import io.penstock.protocol.CertificateEvent;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Accepted;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionEvent.Held;
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
    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> held = new ConcurrentHashMap<>();
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
        } else if (event instanceof Refused e) {
            count(refused, e.limit());
        } else if (event instanceof Held e) {
            count(held, e.limit());
        } else if (event instanceof Rejected e) {
            count(rejections, reason(e.frame()));
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
            count(codes, end.code());
        }
    }

    private static void count(Map<String, LongAdder> counters, String what) {
        counters.computeIfAbsent(what, first -> new LongAdder()).increment();
    }

    private static Map<String, Long> sums(Map<String, LongAdder> counters) {
        Map<String, Long> sums = new TreeMap<>();
        counters.forEach((what, count) -> sums.put(what, count.sum()));
        return sums;
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
        return sums(codes);
    }

    /** Clients that were turned away before anything was read of them, by the key of the limit. */
    public Map<String, Long> refused() {
        return sums(refused);
    }

    /** How often accepting stopped for a while, by the key of the limit. */
    public Map<String, Long> held() {
        return sums(held);
    }

    /** Frames that were not delivered as they came, by what was wrong with them and what was done; also of open connections. */
    public Map<String, Long> rejected() {
        return sums(rejections);
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
        return "connections: accepted " + accepted() + ", open " + open() + ", refused "
                + refused().values().stream().mapToLong(Long::longValue).sum() + byEnd
                + listed("; by code: ", codes(), ", ")
                + listed("; refused by: ", refused(), ", ")
                + listed("; held by: ", held(), ", ")
                + "; of the ended ones: bytes in " + bytesIn.sum() + ", frames processed " + framesProcessed.sum()
                + ", failed " + framesFailed.sum() + ", set aside " + framesQuarantined.sum() + ", rejected "
                + framesRejected.sum() + ", lost "
                + framesLost.sum() + listed("; bad frames: ", rejected(), "; ") + certificates();
    }

    /** Nothing where there is none. */
    private static String listed(String title, Map<String, Long> counts, String separator) {
        return counts.isEmpty()
                ? ""
                : counts.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(separator, title, ""));
    }

    private String certificates() {
        return reloads.sum() + reloadsRefused.sum() == 0
                ? ""
                : "; certificates: reloads " + reloads.sum() + ", refused " + reloadsRefused.sum();
    }
}
