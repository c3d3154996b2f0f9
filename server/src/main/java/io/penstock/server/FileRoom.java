package io.penstock.server;

import io.penstock.server.Verdict.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Whether there are files enough for another socket. {@code max-connections} leaves a reserve, but others open files,
 * too; and a server without any can neither accept nor refuse, nor write what it has taken: its accept fails again and
 * again, as long as there is a client. So the last few are kept. Thread-safe: all ports of a process share its files.
 */
final class FileRoom {
    /** For what has to be opened in order to go on: files of processors, certificates, selectors. */
    static final int KEPT = 16;

    private static final String LIMIT = "open-files";
    /** Those of this process, on Linux; elsewhere the system is not asked. */
    private static final Path OPEN = Path.of("/proc/self/fd");

    private static final long STALE = 1_000_000_000;
    private static final long AGAIN = 100_000_000;

    private static final FileRoom OF_THIS_PROCESS = ofThisProcess(System::nanoTime);

    private final long limit;
    private final LongSupplier open;
    private final LongSupplier clock;
    private long counted;
    private long countedAt;
    /** Sockets that may have been accepted since. */
    private long since;

    /**
     * Of a limit.
     *
     * @param open how many files are open
     * @param clock monotonic, in nanoseconds
     */
    FileRoom(long limit, LongSupplier open, LongSupplier clock) {
        this.limit = limit;
        this.open = open;
        this.clock = clock;
        countedAt = clock.getAsLong() - STALE;
    }

    /** The one of all ports: what one of them has taken since the last count is not there for another. */
    static FileRoom ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    private static FileRoom ofThisProcess(LongSupplier clock) {
        long limit = Files.isDirectory(OPEN) ? FileLimit.openFiles() : Long.MAX_VALUE;
        return new FileRoom(limit, () -> open(limit), clock);
    }

    private static long open(long limit) {
        try {
            long counted = counted();
            return counted > 0 ? counted : listed();
        } catch (IOException e) {
            // It takes a file to look.
            return limit;
        }
    }

    /** What the system has counted, from Linux 6.2 on; 0 before. Ten thousand files take milliseconds to list. */
    static long counted() throws IOException {
        return Files.size(OPEN);
    }

    /** With the one that it takes to look. */
    static long listed() throws IOException {
        try (Stream<Path> files = Files.list(OPEN)) {
            return files.count();
        }
    }

    /** Asked once for each socket. Counts only when the last count cannot tell any more: it costs time for each file. */
    synchronized Verdict room() {
        if (limit == Long.MAX_VALUE) {
            return Verdict.ADMIT;
        }
        since++;
        if (isLow() || clock.getAsLong() - countedAt >= STALE) {
            counted = open.getAsLong();
            countedAt = clock.getAsLong();
            since = 0;
        }
        return isLow() ? new Wait(LIMIT, counted + " of " + limit + " files are open", AGAIN) : Verdict.ADMIT;
    }

    private boolean isLow() {
        return limit - counted - since < KEPT;
    }
}
