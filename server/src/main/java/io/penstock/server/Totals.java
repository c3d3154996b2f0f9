package io.penstock.server;

import io.penstock.protocol.ConnectionEnd;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The {@link Counters} at one moment, since the start: accepted = ended by any reason + open, and the frames as {@link
 * FrameCounts} says. Immutable.
 *
 * @param accepted connections taken on
 * @param ended connections that have ended, by how
 * @param codes connections that have ended, by the code of their end, where it has one
 * @param refused clients turned away before anything was read of them, by the key of the limit
 * @param held how often accepting stopped for a while, by the key of the limit
 * @param frames also of open connections
 * @param failures frames that the processor answered failed, by what followed
 * @param badFrames by what was wrong with them and what was done
 * @param bytesIn of connections that have ended, TLS taken off
 * @param reloads of certificates
 * @param reloadsRefused changes of certificates that could not be taken over
 */
public record Totals(
        long accepted,
        Map<ConnectionEnd.Kind, Long> ended,
        Map<String, Long> codes,
        Map<String, Long> refused,
        Map<String, Long> held,
        FrameCounts frames,
        Map<String, Long> failures,
        Map<String, Long> badFrames,
        long bytesIn,
        long reloads,
        long reloadsRefused) {

    /** Connections that are there. */
    public long open() {
        return accepted - sum(ended);
    }

    /** Whether no frame, and no connection, has gone twice or without a trace: without connections, nothing is held. */
    public boolean addUp() {
        long heldFrames = frames.held();
        return open() >= 0 && heldFrames >= 0 && (open() > 0 || heldFrames == 0);
    }

    /** One line for the log. */
    @Override
    public String toString() {
        String byEnd = ended.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> ", " + entry.getKey().words() + " " + entry.getValue())
                .collect(Collectors.joining());
        return "connections: accepted " + accepted + ", open " + open() + ", refused " + sum(refused) + byEnd
                + listed("; by code: ", codes, ", ")
                + listed("; refused by: ", refused, ", ")
                + listed("; held by: ", held, ", ")
                + "; frames: " + frames
                + listed("; failed: ", failures, ", ")
                + listed("; bad frames: ", badFrames, "; ")
                + "; bytes in, of those that have ended: " + bytesIn
                + certificates()
                + (addUp() ? "" : "; THIS DOES NOT ADD UP, which is a fault of the server's own");
    }

    private static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
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
        return reloads + reloadsRefused == 0
                ? ""
                : "; certificates: reloads " + reloads + ", refused " + reloadsRefused;
    }
}
