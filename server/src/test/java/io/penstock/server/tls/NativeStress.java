package io.penstock.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.pki.Trust;
import io.penstock.server.tls.NativeConversation.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The lifetime rules of the native engine, under load: connections with every ending, each step on any of several
 * threads, while certificates are reloaded and ticket keys rotate. Run by {@code suites/native-stress}; the name keeps
 * it out of the build.
 */
class NativeStress {
    private static final int THREADS = 4;
    private static final int AT_ONCE = 64;
    private static final long CONNECTIONS = Long.getLong("stress.connections", 20_000);
    private static final long SEED = Long.getLong("stress.seed", 1);
    /** How much the process may grow after its first fifth, in which heap and arenas find their size. */
    private static final long GROWTH = 48L << 20;

    private final NativeConversation.World world;
    private final Queue<NativeConversation> running = new ConcurrentLinkedQueue<>();
    private final AtomicLong started = new AtomicLong();
    private final LongAdder ended = new LongAdder();
    private final Map<Ending, LongAdder> endings = new ConcurrentHashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    NativeStress() throws Exception {
        assertThat(BoringLibrary.problem()).isEmpty();
        world = new NativeConversation.World(TicketKeys.of(Duration.ofSeconds(1), Trust.NONE, System::nanoTime));
    }

    @Test
    void endsInEveryWayAndLeavesNothing() throws Exception {
        int engines = BoringEngine.LIVE.get();
        long before = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(this::work, "stress-" + i));
        }
        threads.forEach(Thread::start);
        long settled = watch(threads, before);
        world.close();
        double seconds = (System.nanoTime() - before) / 1e9;
        System.out.printf(
                "%d connections in %.0f s (%.0f a second): %s%n", ended.sum(), seconds, ended.sum() / seconds, endings);

        assertThat(complaints).isEmpty();
        assertThat(ended.sum()).isEqualTo(CONNECTIONS);
        assertThat(BoringEngine.LIVE).hasValue(engines);
        assertThat(awaitContexts()).as("contexts").isZero();
        assertThat(resident() - settled).as("growth in bytes").isLessThan(GROWTH);
    }

    /** Reports, and reloads, until all is done; the resident size after the first fifth. */
    private long watch(List<Thread> threads, long before) throws Exception {
        long settled = 0;
        long reported = 0;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                thread.join(50);
                world.reload();
                long tenth = ended.sum() * 10 / CONNECTIONS;
                if (tenth > reported) {
                    reported = tenth;
                    System.gc();
                    long size = resident();
                    settled = tenth <= 2 ? size : settled;
                    System.out.printf(
                            "%d0 %%, %.0f s, %d MiB, engines %d, contexts %d%n",
                            tenth,
                            (System.nanoTime() - before) / 1e9,
                            size >> 20,
                            BoringEngine.LIVE.get(),
                            BoringContext.LIVE.get());
                }
            }
        }
        return settled;
    }

    private void work() {
        Random random = new Random(SEED + Thread.currentThread().getName().hashCode());
        try {
            for (NativeConversation next = next(random); next != null; next = next(random)) {
                if (next.step()) {
                    running.add(next);
                } else {
                    ended.increment();
                    endings.computeIfAbsent(next.ending, none -> new LongAdder())
                            .increment();
                    next.complaint().ifPresent(complaints::add);
                }
            }
        } catch (RuntimeException | Error e) {
            complaints.add(e + " " + Arrays.toString(e.getStackTrace()));
        }
    }

    private @Nullable NativeConversation next(Random random) {
        NativeConversation old = running.size() < AT_ONCE ? null : running.poll();
        if (old != null) {
            return old;
        }
        if (started.incrementAndGet() > CONNECTIONS) {
            return running.poll();
        }
        Ending[] all = Ending.values();
        return new NativeConversation(world, all[random.nextInt(all.length)], random.nextLong());
    }

    /** The contexts of before the reloads go with the garbage. */
    private static int awaitContexts() throws InterruptedException {
        for (int attempt = 0; attempt < 100 && BoringContext.LIVE.get() > 0; attempt++) {
            System.gc();
            Thread.sleep(20);
        }
        return BoringContext.LIVE.get();
    }

    private static long resident() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS");
    }
}
