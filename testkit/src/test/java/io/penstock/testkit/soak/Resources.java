package io.penstock.testkit.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * What the process holds.
 *
 * @param descriptors 0 where the system does not say
 * @param heap bytes, after a collection
 */
record Resources(long descriptors, long actors, long threads, long heap) {
    private static final int LOOKS = 3;

    /** The least of several looks: what has ended is taken down by other threads, at their leisure. */
    static Resources of(ActorSystem<?> system) throws IOException {
        Resources least = look(system);
        for (int i = 1; i < LOOKS; i++) {
            Resources next = look(system);
            least = new Resources(
                    Math.min(least.descriptors, next.descriptors),
                    Math.min(least.actors, next.actors),
                    Math.min(least.threads, next.threads),
                    Math.min(least.heap, next.heap));
        }
        return least;
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
