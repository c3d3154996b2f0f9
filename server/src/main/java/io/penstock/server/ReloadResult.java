package io.penstock.server;

import java.util.List;

/** What came of a reload. */
public sealed interface ReloadResult {
    /**
     * New handshakes go by what the files hold now.
     *
     * @param certificates subject, names, serial and expiry of each one that was not there before
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
}
