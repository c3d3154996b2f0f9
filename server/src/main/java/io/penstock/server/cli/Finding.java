package io.penstock.server.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code check} has to say about one thing.
 *
 * @param what is wrong, with key, value and place
 * @param why it matters; empty where that goes without saying
 * @param remedy what mends it; empty where {@code what} says what is expected
 */
record Finding(Severity severity, String what, String why, String remedy) {
    /** How bad it is. */
    enum Severity {
        /** The server would not start. */
        FAULT,
        /** It would, and an operator would want to know. */
        WARNING
    }

    private static final String WHY = ", so that ";
    private static final String REMEDY = "; remedy: ";

    /**
     * Takes a line as {@code serve} would log it apart: {@code what, so that why; remedy: what to do}, within the
     * brackets after a value or not.
     */
    static Finding of(Severity severity, String line) {
        int remedy = line.indexOf(REMEDY);
        String before = remedy < 0 ? line : line.substring(0, remedy);
        String after = remedy < 0 ? "" : line.substring(remedy + REMEDY.length());
        int why = before.indexOf(WHY);
        String what = why < 0 ? before : before.substring(0, why);
        String reason = why < 0 ? "" : before.substring(why + WHY.length());
        boolean bracket = !after.isEmpty() && count(what, '(') > count(what, ')') && after.endsWith(")");
        return new Finding(
                severity,
                bracket ? what + ")" : what,
                reason,
                bracket ? after.substring(0, after.length() - 1) : after);
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("severity", word());
        fields.put("what", what);
        if (!why.isEmpty()) {
            fields.put("why", why);
        }
        if (!remedy.isEmpty()) {
            fields.put("remedy", remedy);
        }
        return fields;
    }

    /** As it is printed. */
    String word() {
        return severity == Severity.FAULT ? "fault" : "warning";
    }
}
