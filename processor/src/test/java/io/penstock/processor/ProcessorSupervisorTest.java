package io.penstock.processor;

import static io.penstock.processor.Messages.attach;
import static io.penstock.processor.Messages.deliver;
import static io.penstock.processor.Messages.done;
import static io.penstock.processor.Messages.open;
import static io.penstock.processor.Messages.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.RecordingProcessor.Lives;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Answer;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Send;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.NotReady;
import io.penstock.protocol.SupervisorProtocol.Readiness;
import io.penstock.protocol.SupervisorProtocol.Ready;
import io.penstock.protocol.SupervisorProtocol.Stop;
import io.penstock.protocol.SupervisorProtocol.Stopped;
import io.penstock.protocol.SupervisorProtocol.WhenReady;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ProcessorSupervisorTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final TestProbe<Answer> alice = KIT.createTestProbe();
    private final Lives lives = new Lives();
    private final BlockingQueue<String> threads = new LinkedBlockingQueue<>();

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    /** Notes the thread on which it makes processors. */
    private final class ThreadNoting implements ProcessorFactory {
        private final boolean blocks;

        ThreadNoting(boolean blocks) {
            this.blocks = blocks;
        }

        @Override
        public Processor create() {
            threads.add(Thread.currentThread().getName());
            return lives.create();
        }

        @Override
        public boolean blocks() {
            return blocks;
        }
    }

    @Nested
    class Processing {
        @Test
        void answersEachBatchOnceAndInOrder() throws InterruptedException {
            ActorRef<ProcessorProtocol.Command> processor = lives.spawn(KIT, FailureAction.CLOSE);
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "a", "b"));
            processor.tell(deliver(1, 2, alice, "c"));
            alice.expectMessage(done(1));
            alice.expectMessage(done(2));
            assertThat(lives.seen(4)).containsExactly("1 opened c1", "1 c1 a", "1 c1 b", "1 c1 c");
        }

        @Test
        void sendsRepliesTogetherWithTheAnswer() {
            ActorRef<ProcessorProtocol.Command> processor = lives.spawn(KIT, FailureAction.CLOSE);
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "ask", "ask"));
            ByteString answer = ByteString.fromString("answer");
            alice.expectMessage(new Done(1, AckStep.PROCESSED, List.of(answer, answer)));
        }

        @Test
        void sendsFromAnotherThreadByThemselves() {
            BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();
            ProcessorFactory factory = () -> (session, frame) -> sessions.add(session);
            ActorRef<ProcessorProtocol.Command> processor =
                    attach(KIT, KIT.spawn(ProcessorSupervisor.create(factory, settings(FailureAction.CLOSE))));
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "a"));
            alice.expectMessage(done(1));
            sessions.remove().send(ByteString.fromString("later"));
            alice.expectMessage(new Send(List.of(ByteString.fromString("later"))));
        }

        @Test
        void closesTheProcessorWhenStopped() throws InterruptedException {
            ActorRef<SupervisorProtocol.Command> supervisor =
                    KIT.spawn(ProcessorSupervisor.create(lives, settings(FailureAction.CLOSE)));
            ActorRef<ProcessorProtocol.Command> processor = attach(KIT, supervisor);
            processor.tell(open(1, alice));
            processor.tell(new Close(1, ConnectionEnd.of(ConnectionEnd.Kind.END_OF_STREAM)));
            assertThat(lives.seen(2)).containsExactly("1 opened c1", "1 closed c1");
            TestProbe<Stopped> stopped = KIT.createTestProbe();
            supervisor.tell(new Stop(stopped.getRef()));
            stopped.expectMessage(new Stopped());
            assertThat(lives.seen(1)).containsExactly("1 close");
        }
    }

    @Nested
    class Starting {
        private Readiness readiness(ProcessorFactory factory) {
            TestProbe<Readiness> probe = KIT.createTestProbe();
            KIT.spawn(ProcessorSupervisor.create(factory, settings(FailureAction.CLOSE)))
                    .tell(new WhenReady(probe.getRef()));
            return probe.receiveMessage();
        }

        @Test
        void saysWhenAProcessorIsThere() {
            assertThat(readiness(lives)).isEqualTo(new Ready());
        }

        @Test
        void saysWhyThereIsNone() {
            IOException reason = new IOException("no such disk");
            assertThat(readiness(() -> {
                        throw reason;
                    }))
                    .isEqualTo(new NotReady(reason));
        }
    }

    @Test
    void handsConnectionsToAnActorOfSomebodyElse() {
        TestProbe<ProcessorProtocol.Command> theirs = KIT.createTestProbe();
        assertThat(attach(KIT, KIT.spawn(ProcessorSupervisor.create(theirs.getRef()))))
                .isEqualTo(theirs.getRef());
    }

    @Test
    void keepsProcessorsThatMayBlockFromTheThreadsOfConnections() throws Exception {
        KIT.spawn(ProcessorSupervisor.create(new ThreadNoting(true), settings(FailureAction.CLOSE)));

        assertThat(threads.take()).contains(ProcessorSupervisor.DISPATCHER);
    }

    @Test
    void runsProcessorsThatNeverBlockOnTheThreadsOfConnections() throws Exception {
        KIT.spawn(ProcessorSupervisor.create(new ThreadNoting(false), settings(FailureAction.CLOSE)));

        assertThat(threads.take()).contains("default-dispatcher");
    }
}
