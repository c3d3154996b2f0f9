package io.penstock.testkit.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.server.Totals;
import io.penstock.testkit.TlsClient;
import io.penstock.testkit.hostile.HostileClient;
import io.penstock.testkit.hostile.SilentClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything at once: honest senders with acknowledgements, every hostile client, poison, outages, limits, renewed
 * certificates, suspensions, pushes; at the end a drain under load. What comes out has to add up. {@code
 * -Dsuites.soak=1h} makes it last; {@code suites/soak} does so.
 */
class SoakTest {
    private static final long SEED = Long.getLong("suites.seed", 20261123);
    private static final int ROUNDS = 1;
    private static final int LOAD = 4;
    /** As many files as there is room for in the quarantine. */
    private static final long MOST_SET_ASIDE = 16_384;
    /** Of heap after a collection, in bytes: the index of the quarantine, caches and pools of the JDK's own. */
    private static final long HEAP_NOISE = 16 << 20;

    private final Verdict verdict = new Verdict();

    @Test
    void whateverHappensAddsUp(@TempDir Path directory) throws Exception {
        Course course = Course.configured(ROUNDS);
        verdict.tell("seed", SEED);
        try (Pulse pulse = new Pulse();
                Rig rig = new Rig(directory)) {
            mix(rig, Course.of(1)); // what is made once: classes, pools, buffers, caches
            rig.awaitQuiet();
            Resources before = Resources.of(rig.kit().system());
            mix(rig, course);
            rig.awaitQuiet();
            Resources after = Resources.of(rig.kit().system());
            long lost = rig.counters().totals().frames().lost();
            Drained drained = drainUnderLoad(rig);
            judge(rig, lost, drained);
            judge(before, after);
            verdict.tell("held up", "for at most " + pulse.longest().toMillis() + " ms, by the system or a collection");
        }
        assertThat(verdict.wrong()).isEmpty();
    }

    private void mix(Rig rig, Course course) {
        Crowd crowd = new Crowd(course::stop);
        long seed = SEED;
        for (Port port : Port.values()) {
            Honest honest = new Honest(rig, port, ++seed);
            crowd.add(() -> honest.work(course));
        }
        Honest reliable = new Honest(rig, Port.RELP, ++seed);
        crowd.add(() -> reliable.work(course));
        Parade parade = new Parade(rig, ++seed);
        crowd.add(() -> parade.march(course));
        crowd.add(() -> new Operator(rig).work(course));
        verdict.none(crowd.await());
    }

    /** Acknowledged senders in the midst of it, silent clients, and a frame that its processor never answers. */
    private Drained drainUnderLoad(Rig rig) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(2 * LOAD);
        Crowd crowd = new Crowd(() -> {});
        for (int i = 0; i < LOAD; i++) {
            crowd.add(() -> new Honest(rig, Port.ECHO, SEED).load(begun));
            crowd.add(() -> new Honest(rig, Port.RELP, SEED).load(begun));
        }
        try (HostileClient mute = new SilentClient(rig.target(Port.RELP)).attack();
                TlsClient silent = rig.client(Port.ECHO);
                TlsClient stuck = rig.client(Port.STRICT)) {
            stuck.send(new Frame(0, 1, Frame.Kind.STUCK).text() + "\n");
            boolean underLoad = begun.await(TlsClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    && rig.evidence().stuck.await(TlsClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            verdict.that(underLoad, "not every sender of the drain came to send");
            Drained drained = rig.drain(Port.STRICT);
            verdict.none(crowd.await());
            verdict.equal("what a silent client hears of a drain", silent.readLine(), "");
            mute.awaitEnd();
            return drained;
        }
    }

    /** The server's words against those of clients, processors, and the accounts of the connections. */
    private void judge(Rig rig, long lostBefore, Drained drained) throws IOException {
        Totals totals = rig.counters().totals();
        Evidence seen = rig.evidence();
        long setAside = rig.setAside();
        verdict.tell("counters", totals.toString().replace("; ", "\n" + " ".repeat(21)));
        verdict.tell("accounts", rig.ledger().sum());
        verdict.tell("honest clients", seen.honest());
        verdict.tell("processors", seen.processors());
        verdict.tell("others", seen.others());
        verdict.tell("quarantine", setAside + " files");
        verdict.tell("drain", drained);
        seen.disappointed.forEach(
                port -> verdict.tell("port " + port, rig.ledger().endOf(port)));
        verdict.that(totals.addUp(), "the counters do not add up");
        verdict.equal("open after the drain", totals.open(), 0L);
        verdict.equal("the accounts of connections", rig.ledger().sum(), totals.frames());
        verdict.equal("lost in the drain", totals.frames().lost() - lostBefore, drained.lostFrames());
        verdict.equal("cut in the drain", totals.ended().get(Kind.CUT), (long) drained.cut());
        verdict.equal("lost with the frame that was stuck", drained.lostFrames(), 1L);
        verdict.equal("ended by faults of the server's own", totals.ended().get(Kind.INTERNAL_ERROR), 0L);
        verdict.equal(
                "files in quarantine",
                setAside,
                Math.min(MOST_SET_ASIDE, totals.frames().setAside()));
        long processed = seen.processed.sum() - totals.frames().processed();
        verdict.that(
                processed >= 0 && processed <= totals.frames().lost(),
                "processors have done " + processed + " frames more than they are counted for, of which "
                        + totals.frames().lost() + " are lost");
        verdict.none(rig.ledger().wrong);
        verdict.none(seen.wrong);
    }

    private void judge(Resources before, Resources after) {
        verdict.tell("before", before);
        verdict.tell("after", after);
        verdict.that(after.descriptors() <= before.descriptors(), "descriptors were left behind");
        verdict.that(
                after.actors().size() <= before.actors().size(),
                "actors were left behind, among these: " + String.join("\n", after.actors()) + "\nbefore:\n"
                        + String.join("\n", before.actors()));
        verdict.that(after.heap() - before.heap() <= HEAP_NOISE, "the heap has grown");
    }
}
