package io.penstock.testkit.soak;

import io.penstock.testkit.soak.Frame.Kind;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Honest clients of one port: whatever others do, each of their frames is answered, rightly, and has been processed. */
final class Honest {
    private static final AtomicInteger SESSIONS = new AtomicInteger();
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int WINDOW = 20;
    private static final int LENGTH = 10 * WINDOW;
    /** Behind what ends the connection there is more. */
    private static final Kind[] LAST = {Kind.FINE, Kind.POISON, Kind.LONG};

    private final Rig rig;
    private final Port port;
    private final Random random;

    Honest(Rig rig, Port port, long seed) {
        this.rig = rig;
        this.port = port;
        this.random = new Random(seed);
    }

    /** Session after session, so few of them in a second that no limit by address is met. */
    void work(Course course) throws InterruptedException {
        for (int made = 0; course.goesOn(made); made++) {
            session();
            course.pause(PAUSE);
        }
    }

    private void session() {
        int session = SESSIONS.incrementAndGet();
        rig.evidence().sessions.increment();
        try (Sender sender = rig.connect(port)) {
            try {
                check(session, delivered(sender, frames(session)));
            } catch (UncheckedIOException | AssertionError e) {
                rig.evidence().disappointed.add(sender.port());
                throw new AssertionError(port + ", session " + session + ": " + e.getMessage(), e);
            }
        }
    }

    /** Sends them all; how many of them the processor must have seen, now that they are answered. */
    private int delivered(Sender sender, List<Frame> all) {
        int delivered = 0;
        for (int from = 0; from < all.size(); from += WINDOW) {
            List<Frame> frames = all.subList(from, from + WINDOW);
            List<Frame> answered = frames.subList(0, upToItsEnd(frames));
            if (sender.exchange(frames) != answered.size()) {
                throw new AssertionError("ended by the server");
            }
            delivered += (int) answered.stream()
                    .filter(frame -> port.delivers(frame.kind()))
                    .count();
        }
        sender.end();
        return delivered;
    }

    private List<Frame> frames(int session) {
        Map<Integer, Kind> odd = port == Port.STRICT
                ? Map.of(LENGTH - WINDOW / 2, LAST[random.nextInt(LAST.length)])
                : Map.of(
                        1 + random.nextInt(60), Kind.POISON,
                        61 + random.nextInt(60), Kind.LONG,
                        121 + random.nextInt(60), Kind.OUTAGE);
        return IntStream.rangeClosed(1, LENGTH)
                .mapToObj(number -> new Frame(session, number, odd.getOrDefault(number, Kind.FINE)))
                .toList();
    }

    /** How many are answered: where whatever is wrong ends the connection, nothing behind it is. */
    private int upToItsEnd(List<Frame> frames) {
        for (int i = 0; port == Port.STRICT && i < frames.size(); i++) {
            if (frames.get(i).kind() != Kind.FINE) {
                return i + 1;
            }
        }
        return frames.size();
    }

    private void check(int session, int answered) {
        int came = rig.evidence().take(session);
        if (came != answered) {
            throw new AssertionError(port + ": " + answered + " frames of session " + session + " were answered, "
                    + came + " processed");
        }
    }

    /**
     * Sends until the server ends.
     *
     * @param begun told when the first frames have been answered
     */
    void load(CountDownLatch begun) {
        int session = SESSIONS.incrementAndGet();
        rig.evidence().sessions.increment();
        int answered = 0;
        try (Sender sender = rig.connect(port)) {
            int window;
            do {
                List<Frame> frames = new ArrayList<>();
                for (int i = 1; i <= WINDOW; i++) {
                    frames.add(new Frame(session, answered + i, Kind.FINE));
                }
                window = sender.exchange(frames);
                answered += window;
                begun.countDown();
            } while (window == WINDOW);
        }
        int came = rig.evidence().take(session);
        if (came < answered) {
            throw new AssertionError(
                    port + ": " + answered + " frames were acknowledged, and of these " + came + " processed");
        }
    }
}
