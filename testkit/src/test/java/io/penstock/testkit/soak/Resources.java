package io.penstock.testkit.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * What the process holds.
 *
 * @param descriptors 0 where the system does not say
 * @param actors a line each
 * @param heap bytes, after a collection
 */
record Resources(long descriptors, List<String> actors, long threads, long heap) {
    private static final long SETTLED = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(1);
    /** Between two looks: who looks all the time takes the core from what it waits for. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    private static final String CONNECTION = "TcpIncomingConnection";

    /**
     * Once nothing has changed for a second, and no connection is left: what has ended is taken down by other threads, a
     * processor that has failed comes back after its back-off, and connections whose clients have long gone may still have
     * to be accepted. A connection that stays for a minute counts.
     */
    static Resources of(ActorSystem<?> system) throws IOException {
        long began = System.nanoTime();
        long since = began;
        Resources last = look(system);
        while (System.nanoTime() - since < SETTLED) {
            LockSupport.parkNanos(PAUSE);
            Resources next = look(system);
            boolean isQuiet = next.descriptors == last.descriptors
                    && next.actors.size() == last.actors.size()
                    && (next.actors.stream().noneMatch(actor -> actor.contains(CONNECTION))
                            || System.nanoTime() - began > PATIENCE);
            since = isQuiet ? since : System.nanoTime();
            last = next;
        }
        System.gc();
        return new Resources(last.descriptors, last.actors, last.threads, usedHeap());
    }

    private static Resources look(ActorSystem<?> system) throws IOException {
        List<String> actors = system.printTree().lines().toList();
        return new Resources(openFiles(), actors, Thread.activeCount(), usedHeap());
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static long openFiles() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(descriptors)) {
            return open.count();
        }
    }

    @Override
    public String toString() {
        return descriptors + " descriptors, " + actors.size() + " actors, " + threads + " threads, " + heap / 1024
                + " KiB of heap after a collection";
    }
}
