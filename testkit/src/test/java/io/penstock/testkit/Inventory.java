package io.penstock.testkit;

import io.penstock.server.tls.LiveEngines;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * What there is in this process, after a collection: descriptors, actors, and live objects of the classes that connections are made
 * of. The objects are counted by the JVM itself, which knows also of those that nobody has a list of.
 *
 * @param counts by what is counted
 * @param heap bytes of live objects
 */
record Inventory(Map<String, Long> counts, long heap) {
    /** For how long nothing may become less, so that it counts as settled: two turns of the test's timer wheel. */
    private static final long SETTLED = TimeUnit.MILLISECONDS.toNanos(1300);

    /**
     * Scheduled tasks: Pekko's, those that have been cancelled included for as long as its wheel holds them, and the JDK's. Every
     * timer of an actor, of a stage and of a receive timeout is one of them.
     */
    private static final List<String> TIMERS = List.of(
            "org.apache.pekko.actor.LightArrayRevolverScheduler$TaskHolder",
            "java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask");

    private static final List<String> ENGINES = List.of(
            "io.penstock.server.tls.BoringEngine",
            "io.penstock.server.tls.JdkEngine",
            "sun.security.ssl.SSLEngineImpl");
    private static final List<String> ACTORS = List.of("org.apache.pekko.actor.ActorCell");
    private static final List<String> STREAMS = List.of("org.apache.pekko.stream.impl.fusing.GraphInterpreter");
    private static final List<String> SOCKETS = List.of("sun.nio.ch.SocketChannelImpl");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** Takes one after the other until nothing becomes less any more: what has ended is taken down by other threads. */
    static Inventory settled(ActorSystem<?> system) {
        Inventory least = take(system);
        long since = System.nanoTime();
        while (System.nanoTime() - since < SETTLED) {
            Inventory next = least.least(take(system));
            since = next.counts.equals(least.counts) ? since : System.nanoTime();
            least = next;
        }
        return least;
    }

    private static Inventory take(ActorSystem<?> system) {
        Map<String, Long> live = liveObjects();
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("descriptors", descriptors());
        counts.put("actors", system.printTree().lines().count());
        counts.put("actors not collected", sum(live, ACTORS));
        counts.put("streams", sum(live, STREAMS));
        counts.put("engines", sum(live, ENGINES));
        counts.put("native connections", (long) LiveEngines.count());
        counts.put("native contexts", (long) LiveEngines.contexts());
        counts.put("timers", sum(live, TIMERS));
        counts.put("sockets", sum(live, SOCKETS));
        return new Inventory(counts, live.getOrDefault("Total", 0L));
    }

    private static long sum(Map<String, Long> live, List<String> classes) {
        return classes.stream().mapToLong(name -> live.getOrDefault(name, 0L)).sum();
    }

    /** Rows of number, instances, bytes, class; of the total the bytes are taken. Collects garbage. */
    private static Map<String, Long> liveObjects() {
        Map<String, Long> live = new TreeMap<>();
        for (String row : histogram().lines().toList()) {
            String[] words = row.strip().split("\\s+", 5);
            if (words[0].equals("Total")) {
                live.put(words[0], Long.parseLong(words[2]));
            } else if (words.length >= 4 && words[0].endsWith(":")) {
                live.put(words[3], Long.parseLong(words[1]));
            }
        }
        return live;
    }

    private static String histogram() {
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new AssertionError("this JVM does not count its objects", e);
        }
    }

    /** Only Linux says. */
    private static long descriptors() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Inventory least(Inventory other) {
        Map<String, Long> both = new LinkedHashMap<>();
        counts.forEach((what, count) -> both.put(what, Math.min(count, other.counts.getOrDefault(what, count))));
        return new Inventory(both, Math.min(heap, other.heap));
    }

    /** What there is more of than before. */
    Map<String, Long> beyond(Inventory before) {
        Map<String, Long> more = new LinkedHashMap<>();
        counts.forEach((what, count) -> {
            long left = count - before.counts.getOrDefault(what, 0L);
            if (left > 0) {
                more.put(what, left);
            }
        });
        return more;
    }

    /** A line each, for a table. */
    String besides(Inventory before) {
        String rows = counts.entrySet().stream()
                .map(row -> row(row.getKey(), before.counts.getOrDefault(row.getKey(), 0L), row.getValue()))
                .collect(Collectors.joining());
        return String.format(Locale.ROOT, "%-22s%12s%12s%n", "", "before", "after")
                + rows
                + row("live heap, bytes", before.heap, heap);
    }

    private static String row(String what, long before, long after) {
        return String.format(Locale.ROOT, "%-22s%12d%12d%n", what, before, after);
    }
}
