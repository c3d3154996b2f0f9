package io.penstock.server.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How much this process works: a generator without a core to spare measures itself. */
final class OwnCpu {
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private long cpuAtStart = system.getProcessCpuTime();
    private long start = System.nanoTime();
    private double used;
    private double available;

    /** From here on. */
    void start() {
        cpuAtStart = system.getProcessCpuTime();
        start = System.nanoTime();
    }

    /** Up to here. */
    void stop() {
        used = (system.getProcessCpuTime() - cpuAtStart) / 1e9;
        available = (System.nanoTime() - start) / 1e9 * system.getAvailableProcessors();
    }

    double used() {
        return used;
    }

    double available() {
        return available;
    }
}
