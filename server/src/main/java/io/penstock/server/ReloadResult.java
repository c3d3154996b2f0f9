package io.penstock.server;

import java.util.ArrayList;
import java.util.List;

/** What came of a reload. */
public sealed interface ReloadResult {
    /**
     * New connections go by what the files hold now.
     *
     * @param certificates subject, names, serial and expiry of each one that was not there before; empty when something
     *     else has changed, such as a list of addresses
     */
    record Reloaded(List<String> certificates) implements ReloadResult {
        public Reloaded {
            certificates = List.copyOf(certificates);
        }
    }

    /** The files hold what they held. */
    record Unchanged() implements ReloadResult {}

    /**
     * The files hold something that cannot be used; what was there stays.
     *
     * @param problems one line each
     */
    record Refused(List<String> problems) implements ReloadResult {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /** What came of several: refused when any was, with the problems of all; else reloaded when any was. */
    static ReloadResult summed(List<ReloadResult> results) {
        List<String> problems = new ArrayList<>();
        List<String> certificates = new ArrayList<>();
        boolean reloaded = false;
        for (ReloadResult result : results) {
            if (result instanceof Refused refused) {
                problems.addAll(refused.problems());
            } else if (result instanceof Reloaded one) {
                reloaded = true;
                certificates.addAll(one.certificates());
            }
        }
        if (!problems.isEmpty()) {
            return new Refused(problems.stream().distinct().toList());
        }
        return reloaded ? new Reloaded(certificates.stream().distinct().toList()) : new Unchanged();
    }
}
