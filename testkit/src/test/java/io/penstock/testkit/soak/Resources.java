package io.penstock.testkit.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * What the process holds.
 *
 * @param descriptors 0 where the system does not say
 * @param heap bytes, after a collection
 */
record Resources(long descriptors, long actors, long threads, long heap) {
    private static final long SETTLED = TimeUnit.SECONDS.toNanos(1);

    /**
     * Once nothing has changed for a second: what has ended is taken down by other threads, and a processor that has failed comes
     * back after its back-off.
     */
    static Resources of(ActorSystem<?> system) throws IOException {
        Resources last = look(system);
        long since = System.nanoTime();
        while (System.nanoTime() - since < SETTLED) {
            Resources next = look(system);
            since = next.descriptors == last.descriptors && next.actors == last.actors ? since : System.nanoTime();
            last = next;
        }
        return last;
    }

    private static Resources look(ActorSystem<?> system) throws IOException {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return new Resources(
                openFiles(),
                system.printTree().lines().count(),
                Thread.activeCount(),
                runtime.totalMemory() - runtime.freeMemory());
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
        return descriptors + " descriptors, " + actors + " actors, " + threads + " threads, " + heap / 1024
                + " KiB of heap after a collection";
    }
}
