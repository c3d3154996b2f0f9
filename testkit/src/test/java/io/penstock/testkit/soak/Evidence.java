package io.penstock.testkit.soak;

import io.penstock.processor.ProcessorUnavailableException;
import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/** What clients and processors have seen themselves, to hold it against what the server says. Thread-safe. */
final class Evidence {
    final LongAdder sessions = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder answered = new LongAdder();
    final LongAdder pushed = new LongAdder();
    final LongAdder attacks = new LongAdder();
    final LongAdder processed = new LongAdder();
    final LongAdder poisoned = new LongAdder();
    final LongAdder outages = new LongAdder();
    final LongAdder processors = new LongAdder();
    final LongAdder reloads = new LongAdder();
    final LongAdder suspensions = new LongAdder();
    /** Whatever should not have been, one line each. */
    final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    /** The processor waits here with a frame that is never answered. */
    final CountDownLatch stuck = new CountDownLatch(1);

    /** Of an honest client who saw something that should not have been: its port, which the server's word is asked for. */
    final Queue<Integer> disappointed = new ConcurrentLinkedQueue<>();

    private final CountDownLatch end = new CountDownLatch(1);

    private final Map<Integer, Seen> seen = new ConcurrentHashMap<>();
    private final Set<Frame> held = ConcurrentHashMap.newKeySet();

    /** Of one session at the processor. */
    private record Seen(int last, int frames) {}

    /** A frame has come to a processor, which does with it as it says. */
    void came(String text) throws Exception {
        Frame frame = Frame.parse(text).orElse(null);
        if (frame == null) {
            processed.increment();
            return;
        }
        switch (frame.kind()) {
            case POISON -> {
                note(frame);
                poisoned.increment();
                throw new IllegalStateException("poison");
            }
            case OUTAGE -> {
                if (held.add(frame)) {
                    outages.increment();
                    throw new ProcessorUnavailableException("out for a moment", new IOException("no"));
                }
                held.remove(frame);
                note(frame);
            }
            case STUCK -> {
                stuck.countDown();
                end.await();
            }
            case FINE, LONG -> note(frame);
        }
        processed.increment();
    }

    private void note(Frame frame) {
        seen.compute(frame.session(), (session, before) -> {
            if (before != null && frame.number() <= before.last) {
                wrong.add("session " + session + ": frame " + frame.number() + " came after " + before.last);
            }
            return new Seen(frame.number(), before == null ? 1 : before.frames + 1);
        });
    }

    /** How many frames of a session have come to the processor; it is forgotten. */
    int take(int session) {
        Seen all = seen.remove(session);
        return all == null ? 0 : all.frames;
    }

    String honest() {
        return sessions + " sessions, " + sent + " frames, " + answered + " answered, " + pushed + " pushes received";
    }

    String processors() {
        return processors + " made, " + processed + " frames processed, " + poisoned + " poisonous, " + outages
                + " outages";
    }

    String others() {
        return attacks + " attacks, " + reloads + " times other certificates, " + suspensions + " times suspended";
    }

    /** Nothing is stuck any more. */
    void release() {
        end.countDown();
    }
}
