package io.penstock.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Lets a few lines of each kind and source through in each window of time, and counts the others; when the window is
 * over their number is told, whether or not more of them come. So no source can suppress the lines of another, and
 * however many there are they cannot flood the log. Memory is bounded by the sources that are told apart; what comes
 * from further ones shares one allowance for each kind. Thread-safe.
 */
final class LogLimit {
    /** How many sources are told apart in a window, kinds multiplied. */
    static final int MAX_TALLIES = 1024;

    private static final String OTHERS = "other sources";

    private record Key(String kind, String source) {}

    private static final class Tally {
        int written;
        long suppressed;
    }

    /** What was left out of one kind. */
    private static final class Suppressed {
        long lines;
        int sources;
        long most;
        String mostOf = "";

        void add(String source, long count) {
            lines += count;
            sources++;
            if (count > most) {
                most = count;
                mostOf = source;
            }
        }
    }

    private final int lines;
    private final String window;
    private final Executor afterWindow;
    private final Consumer<String> summaries;
    private Map<Key, Tally> tallies = new HashMap<>();

    /**
     * A limit.
     *
     * @param lines how many of one kind and source in one window
     * @param window its length, for the words
     * @param afterWindow runs what it is given when a window from now is over
     * @param summaries gets a line for each kind of which lines were left out
     */
    LogLimit(int lines, Duration window, Executor afterWindow, Consumer<String> summaries) {
        this.lines = lines;
        this.window = window.toSeconds() + " s";
        this.afterWindow = afterWindow;
        this.summaries = summaries;
    }

    /** Where a connection comes from; of IPv6 the first 64 bits, as whoever has one address there has them all. */
    static String source(InetSocketAddress peer) {
        InetAddress address = peer.getAddress();
        if (address instanceof Inet6Address) {
            String[] groups = address.getHostAddress().split(":");
            return String.join(":", Arrays.copyOf(groups, 4)) + "::/64";
        }
        return address == null ? peer.getHostString() : address.getHostAddress();
    }

    /** Writes a line if there is room for it, else counts it. */
    void write(String kind, String source, Runnable line) {
        boolean allowed;
        synchronized (this) {
            Tally tally = tally(kind, source);
            allowed = tally.written < lines;
            if (allowed) {
                tally.written++;
            } else {
                tally.suppressed++;
            }
        }
        if (allowed) {
            line.run();
        }
    }

    /** Counts a line that is not to be written at all. */
    synchronized void count(String kind, String source) {
        tally(kind, source).suppressed++;
    }

    private Tally tally(String kind, String source) {
        if (tallies.isEmpty()) {
            afterWindow.execute(this::endWindow);
        }
        Key key = new Key(kind, source);
        Tally known = tallies.get(key);
        if (known != null) {
            return known;
        }
        Key kept = tallies.size() < MAX_TALLIES ? key : new Key(kind, OTHERS);
        return Objects.requireNonNull(tallies.computeIfAbsent(kept, none -> new Tally()));
    }

    private void endWindow() {
        Map<Key, Tally> ended;
        synchronized (this) {
            ended = tallies;
            tallies = new HashMap<>();
        }
        Map<String, Suppressed> kinds = new TreeMap<>();
        ended.forEach((key, tally) -> {
            if (tally.suppressed > 0) {
                kinds.computeIfAbsent(key.kind, none -> new Suppressed()).add(key.source, tally.suppressed);
            }
        });
        kinds.forEach((kind, left) -> summaries.accept(words(kind, left)));
    }

    private String words(String kind, Suppressed left) {
        String from = left.sources == 1
                ? left.mostOf.isEmpty() ? "" : " from " + left.mostOf
                : " from " + left.sources + " sources, " + left.most + " of them from " + left.mostOf;
        return left.lines + " left out within " + window + ": " + kind + from;
    }
}
