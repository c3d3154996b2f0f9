package io.penstock.processor;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.util.ByteString;

/**
 * A processor whose frames say what it does: {@code poison} fails, {@code outage} is not possible at present, {@code
 * ask} is replied to, {@code wait} waits for {@link Script#release}. All its lives note what they do in one script.
 */
final class ScriptedProcessor implements Processor {
    /** What happens to all lives. Thread-safe. */
    static final class Script implements ProcessorFactory {
        private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        private final AtomicInteger lives = new AtomicInteger();
        private final AtomicInteger outages = new AtomicInteger();
        private final AtomicInteger failingCommits = new AtomicInteger();
        private final boolean commits;
        final CountDownLatch waiting = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        private Script(boolean commits) {
            this.commits = commits;
        }

        static Script committing() {
            return new Script(true);
        }

        static Script answeringAtOnce() {
            return new Script(false);
        }

        /** The next commits fail. */
        Script failCommits(int times) {
            failingCommits.set(times);
            return this;
        }

        /** The next frames {@code outage} cannot be processed at present; later ones can. */
        Script outages(int times) {
            outages.set(times);
            return this;
        }

        @Override
        public Processor create() {
            return new ScriptedProcessor(this, lives.incrementAndGet());
        }

        /** What was seen next, of whatever life; waits for it. */
        List<String> seen(int count) throws InterruptedException {
            List<String> lines = new ArrayList<>();
            while (lines.size() < count) {
                lines.add(seen.take());
            }
            return lines;
        }
    }

    private final Script script;
    private final int life;

    private ScriptedProcessor(Script script, int life) {
        this.script = script;
        this.life = life;
    }

    private void note(String what) {
        script.seen.add(life + " " + what);
    }

    @Override
    public void process(Session session, ByteString frame) throws Exception {
        String text = frame.utf8String();
        note(text);
        switch (text) {
            case "poison" -> throw new IOException("cannot swallow it");
            case "ask" -> session.send(ByteString.fromString("answer"));
            case "outage" -> {
                if (script.outages.getAndDecrement() > 0) {
                    throw new ProcessorUnavailableException("the disk is full", new IOException("ENOSPC"));
                }
            }
            case "wait" -> {
                script.waiting.countDown();
                script.release.await();
            }
            default -> {}
        }
    }

    @Override
    public void closed(Session session, ConnectionEnd end) {
        note("closed c" + session.connection().id());
    }

    @Override
    public void commit() throws IOException {
        if (script.failingCommits.getAndDecrement() > 0) {
            note("cannot commit");
            throw new IOException("ENOSPC");
        }
        note("commit");
    }

    @Override
    public boolean commits() {
        return script.commits;
    }

    @Override
    public AckStep reaches() {
        return script.commits ? AckStep.STORED : AckStep.PROCESSED;
    }

    @Override
    public void close() {
        note("close");
    }
}
