package io.penstock.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Files of which something is made that is in use; a {@link FileReloader} keeps it up to date. */
interface ReloadableFiles {
    /** What the files held before they were first loaded. */
    Map<Path, String> firstLook();

    /** How often they are to be looked at; empty: only when asked. */
    Optional<Duration> interval();

    /** What they hold now, as something to compare. Reads them; one thread at a time. */
    Map<Path, String> look();

    /**
     * Loads them. Reads them; one thread at a time.
     *
     * @return puts what was loaded into use, tells whom it concerns, and answers with words for what is new; run by the
     *     actor
     * @throws io.penstock.protocol.InvalidSettingsException with every problem found
     */
    Supplier<List<String>> load();

    /** They hold something that cannot be used; run by the actor. */
    void refused(List<String> problems);

    /** The time has come to look at clocks; run by the actor, every minute. */
    default void tick() {
        // Most files have no dates.
    }

    /** Keeps the files in order. May write some, and throw as {@link #load()}; run every hour, apart from the others. */
    default void keepUp() {
        // Most are somebody else's.
    }

    /** It is not used any more; run by the actor. */
    default void release() {
        // Most is left to the garbage collector.
    }
}
