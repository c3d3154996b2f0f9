package io.penstock.server.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What became of the messages of an input, which count from 1 over all of its files. Its text ends with the message from
 * which to send again so that nothing is lost. Not thread-safe.
 */
final class RelpTally {
    /** By the session's number of it: each that has been sent and not been answered, in the order of sending. */
    private final Map<Integer, Long> unanswered = new LinkedHashMap<>();

    private long sent;
    private long acknowledged;
    private long refused;
    private long lowestRefused = Long.MAX_VALUE;
    private String refusal = "";
    private boolean inputEnded;

    /** The next message goes out, or may have in part. */
    void sent(int txnr) {
        sent++;
        unanswered.put(txnr, sent);
    }

    void acknowledged(int txnr) {
        answer(txnr);
        acknowledged++;
    }

    void refused(int txnr, String reason) {
        long message = answer(txnr);
        refused++;
        if (message < lowestRefused) {
            lowestRefused = message;
            refusal = " (the first, message " + message + ": " + reason + ")";
        }
    }

    private long answer(int txnr) {
        return Objects.requireNonNull(unanswered.remove(txnr), "answer to a message that is not outstanding");
    }

    /** Nothing comes after what has been sent. */
    void inputEnded() {
        inputEnded = true;
    }

    long answered() {
        return acknowledged + refused;
    }

    boolean hasRefusals() {
        return refused > 0;
    }

    @Override
    public String toString() {
        return acknowledged + (acknowledged == 1 ? " message" : " messages") + " acknowledged, " + unanswered.size()
                + " sent and not answered, " + refused + " refused" + refusal
                + (inputEnded ? "; " : ", the rest not sent; ") + remedy();
    }

    private String remedy() {
        return inputEnded && acknowledged == sent
                ? "nothing has to be sent again"
                : "send again from message " + firstNotAcknowledged();
    }

    private long firstNotAcknowledged() {
        long firstUnanswered = unanswered.values().stream().findFirst().orElse(sent + 1);
        return Math.min(lowestRefused, firstUnanswered);
    }
}
