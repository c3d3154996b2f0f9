package io.penstock.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How many connections the process' limit of open files leaves room for. */
public final class FileLimit {
    /** The JVM raises the soft limit to the hard one at its start, so this is the limit in force. */
    private static final Path LIMITS = Path.of("/proc/self/limits");

    private static final String NAME = "Max open files";

    private FileLimit() {}

    /** Connections at the most, at least 1; without a limit, as many as an int counts. */
    static int connections() {
        return connections(openFiles());
    }

    static int connections(long openFiles) {
        long reserve = Math.max(64, openFiles / 32);
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, openFiles - reserve));
    }

    /**
     * Files that this process may have open at once; {@link Long#MAX_VALUE} without a limit. The proc file first: the bean costs more time at start than everything else that is read.
     */
    public static long openFiles() {
        try {
            return parse(Files.readAllLines(LIMITS));
        } catch (IOException notLinux) {
            return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                    ? unix.getMaxFileDescriptorCount()
                    : Long.MAX_VALUE;
        }
    }

    /** The soft limit out of lines like {@code Max open files  1024  4096  files}. */
    static long parse(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(NAME))
                .map(line -> line.substring(NAME.length()).strip().split("\\s+", 2)[0])
                .filter(soft -> !soft.equals("unlimited"))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }
}
