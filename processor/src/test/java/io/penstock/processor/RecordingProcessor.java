package io.penstock.processor;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.ProcessorProtocol.Command;
import java.io.IOException;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;

/** Notes what it sees; throws at the frames "poison", "assert" and "provide"; replies to "ask". */
final class RecordingProcessor implements Processor {
    /** All that one factory has made, and what they have seen. Thread-safe. */
    static final class Lives implements ProcessorFactory {
        private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        private final AtomicInteger made = new AtomicInteger();

        @Override
        public Processor create() {
            return new RecordingProcessor(made.incrementAndGet(), seen);
        }

        /** A processor to which a connection is attached, with short back-offs. */
        ActorRef<Command> spawn(ActorTestKit kit, FailureAction onFailure) {
            return spawn(kit, Messages.settings(onFailure));
        }

        ActorRef<Command> spawn(ActorTestKit kit, SupervisionSettings settings) {
            return Messages.attach(kit, kit.spawn(ProcessorSupervisor.create(this, settings)));
        }

        /** What was seen next, of whatever life; waits for it. */
        List<String> seen(int count) throws InterruptedException {
            String[] lines = new String[count];
            for (int i = 0; i < count; i++) {
                lines[i] = seen.take();
            }
            return List.of(lines);
        }
    }

    private final int life;
    private final BlockingQueue<String> seen;

    private RecordingProcessor(int life, BlockingQueue<String> seen) {
        this.life = life;
        this.seen = seen;
    }

    @Override
    public void opened(Session session) {
        seen.add(life + " opened c" + session.connection().id());
    }

    @Override
    public void process(Session session, ByteString frame) throws IOException {
        String text = frame.utf8String();
        if (text.equals("poison")) {
            throw new IOException("cannot swallow it");
        }
        if (text.equals("assert")) {
            throw new AssertionError("so it is not");
        }
        if (text.equals("provide")) {
            throw new ServiceConfigurationError("no such provider");
        }
        if (text.equals("ask")) {
            session.send(ByteString.fromString("answer"));
        }
        seen.add(life + " c" + session.connection().id() + " " + text);
    }

    @Override
    public void closed(Session session, ConnectionEnd end) {
        seen.add(life + " closed c" + session.connection().id());
    }

    @Override
    public void close() {
        seen.add(life + " close");
    }
}
