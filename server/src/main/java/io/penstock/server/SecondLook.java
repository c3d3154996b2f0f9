package io.penstock.server;

import java.time.Duration;

/**
 * A peer whose time is over is looked at once more. The process itself may have been held up, by a collection, by other
 * processes, by a debugger: then the timer is the first to run afterwards, and what the peer has long done comes right
 * behind it.
 */
final class SecondLook {
    private static final Duration MOST = Duration.ofSeconds(1);

    private SecondLook() {}

    /** How long after the first look: a quarter of the time, a second at the most. */
    static Duration after(Duration timeout) {
        Duration quarter = timeout.dividedBy(4);
        return quarter.compareTo(MOST) < 0 ? quarter : MOST;
    }
}
