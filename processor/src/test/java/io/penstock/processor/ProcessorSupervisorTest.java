package io.penstock.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Answer;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Send;
import io.penstock.protocol.ProcessorProtocol.Unserved;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import io.penstock.protocol.SupervisorProtocol.NotReady;
import io.penstock.protocol.SupervisorProtocol.Readiness;
import io.penstock.protocol.SupervisorProtocol.Ready;
import io.penstock.protocol.SupervisorProtocol.Stop;
import io.penstock.protocol.SupervisorProtocol.Stopped;
import io.penstock.protocol.SupervisorProtocol.WhenReady;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ProcessorSupervisorTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration SHORT = Duration.ofMillis(5);

    private final TestProbe<Answer> alice = KIT.createTestProbe();
    private final TestProbe<Answer> bob = KIT.createTestProbe();
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final AtomicInteger lives = new AtomicInteger();

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    /** Notes what it sees; throws at the frame "poison"; replies to "ask". */
    private final class Recording implements Processor {
        private final int life = lives.incrementAndGet();

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

    private static SupervisionSettings settings(FailureAction onFailure) {
        return Messages.settings(onFailure, SHORT, SHORT);
    }

    private ActorRef<ProcessorProtocol.Command> attach(ActorRef<SupervisorProtocol.Command> supervisor) {
        TestProbe<Attached> probe = KIT.createTestProbe();
        supervisor.tell(new Attach(1, probe.getRef()));
        return probe.receiveMessage().processor();
    }

    private ActorRef<ProcessorProtocol.Command> recording(FailureAction onFailure) {
        return attach(KIT.spawn(ProcessorSupervisor.create(Recording::new, settings(onFailure))));
    }

    /** Notes the thread on which it makes processors. */
    private final class ThreadNoting implements ProcessorFactory {
        private final boolean blocks;

        ThreadNoting(boolean blocks) {
            this.blocks = blocks;
        }

        @Override
        public Processor create() {
            seen.add(Thread.currentThread().getName());
            return new Recording();
        }

        @Override
        public boolean blocks() {
            return blocks;
        }
    }

    private static Open open(long id, TestProbe<Answer> connection) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new Open(
                new ConnectionInfo(id, ConnectionInfo.DEFAULT_LISTENER, address, address, Protocols.LINES, null),
                connection.getRef());
    }

    private static Deliver deliver(long id, long batch, TestProbe<Answer> connection, String... frames) {
        return new Deliver(
                id,
                batch,
                Frames.of(Arrays.stream(frames).map(ByteString::fromString).toList()),
                connection.getRef());
    }

    private static Done done(long batch) {
        return new Done(batch, AckStep.PROCESSED, List.of());
    }

    private List<String> seen(int count) throws InterruptedException {
        String[] lines = new String[count];
        for (int i = 0; i < count; i++) {
            lines[i] = seen.take();
        }
        return List.of(lines);
    }

    @Nested
    class Processing {
        @Test
        void answersEachBatchOnceAndInOrder() throws InterruptedException {
            ActorRef<ProcessorProtocol.Command> processor = recording(FailureAction.CLOSE);
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "a", "b"));
            processor.tell(deliver(1, 2, alice, "c"));
            alice.expectMessage(done(1));
            alice.expectMessage(done(2));
            assertThat(seen(4)).containsExactly("1 opened c1", "1 c1 a", "1 c1 b", "1 c1 c");
        }

        @Test
        void sendsRepliesTogetherWithTheAnswer() {
            ActorRef<ProcessorProtocol.Command> processor = recording(FailureAction.CLOSE);
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
                    attach(KIT.spawn(ProcessorSupervisor.create(factory, settings(FailureAction.CLOSE))));
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "a"));
            alice.expectMessage(done(1));
            sessions.remove().send(ByteString.fromString("later"));
            alice.expectMessage(new Send(List.of(ByteString.fromString("later"))));
        }

        @Test
        void closesTheProcessorWhenStopped() throws InterruptedException {
            ActorRef<SupervisorProtocol.Command> supervisor =
                    KIT.spawn(ProcessorSupervisor.create(Recording::new, settings(FailureAction.CLOSE)));
            ActorRef<ProcessorProtocol.Command> processor = attach(supervisor);
            processor.tell(open(1, alice));
            processor.tell(new Close(1, ConnectionEnd.of(ConnectionEnd.Kind.END_OF_STREAM)));
            assertThat(seen(2)).containsExactly("1 opened c1", "1 closed c1");
            TestProbe<Stopped> stopped = KIT.createTestProbe();
            supervisor.tell(new Stop(stopped.getRef()));
            stopped.expectMessage(new Stopped());
            assertThat(seen(1)).containsExactly("1 close");
        }
    }

    /** Two failures in a row make a back-off; behind it wait a good frame, a bad one, and one of somebody else. */
    private void failAgainWhileOthersWait(ActorRef<ProcessorProtocol.Command> processor) {
        processor.tell(open(1, alice));
        processor.tell(open(2, bob));
        processor.tell(deliver(1, 1, alice, "poison"));
        processor.tell(deliver(1, 2, alice, "poison"));
        processor.tell(deliver(1, 3, alice, "fine"));
        processor.tell(deliver(1, 4, alice, "poison"));
        processor.tell(deliver(2, 1, bob, "fine"));
        alice.expectMessageClass(Failed.class);
        alice.expectMessageClass(Failed.class);
        alice.expectMessage(done(3));
        alice.expectMessageClass(Failed.class);
        bob.expectMessage(done(1));
    }

    @Nested
    class Failing {
        @Test
        void tellsWhichFrameFailedThenRestartsAndGoesOnAfterIt() throws InterruptedException {
            ActorRef<ProcessorProtocol.Command> processor = recording(FailureAction.CONTINUE);
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "a", "poison", "b", "c"));
            processor.tell(deliver(1, 2, alice, "d"));
            alice.expectMessage(
                    new Failed(1, 1, 1, "IOException: cannot swallow it", FailureAction.CONTINUE, List.of()));
            alice.expectMessage(done(1));
            alice.expectMessage(done(2));
            assertThat(seen(7))
                    .containsExactly("1 opened c1", "1 c1 a", "1 close", "2 opened c1", "2 c1 b", "2 c1 c", "2 c1 d");
        }

        @Test
        void namesTheFrameAlsoWhereAnAssertionFails() {
            ActorRef<ProcessorProtocol.Command> processor = recording(FailureAction.CONTINUE);
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "a", "assert", "b"));

            alice.expectMessage(new Failed(1, 1, 1, "AssertionError: so it is not", FailureAction.CONTINUE, List.of()));
            alice.expectMessage(done(1));
        }

        @Test
        void survivesAnyErrorThatIsNotTheVirtualMachines() {
            ActorRef<ProcessorProtocol.Command> processor = recording(FailureAction.CONTINUE);
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "a", "provide", "b"));

            alice.expectMessage(new Failed(
                    1, 1, 1, "ServiceConfigurationError: no such provider", FailureAction.CONTINUE, List.of()));
            alice.expectMessage(done(1));
        }

        @Test
        void countsFramesOfARedeliveredRestFromTheBatchsBeginning() {
            ActorRef<ProcessorProtocol.Command> processor = recording(FailureAction.CONTINUE);
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "a", "poison", "b", "poison"));
            alice.expectMessage(
                    new Failed(1, 1, 1, "IOException: cannot swallow it", FailureAction.CONTINUE, List.of()));
            alice.expectMessage(
                    new Failed(1, 3, 1, "IOException: cannot swallow it", FailureAction.CONTINUE, List.of()));
            processor.tell(deliver(1, 2, alice, "c"));
            alice.expectMessage(done(2));
        }

        @Test
        void otherConnectionsLoseNothing() throws InterruptedException {
            ActorRef<ProcessorProtocol.Command> processor = recording(FailureAction.CLOSE);
            processor.tell(open(1, alice));
            processor.tell(open(2, bob));
            processor.tell(deliver(1, 1, alice, "poison"));
            for (int i = 1; i <= 100; i++) {
                processor.tell(deliver(2, i, bob, "frame " + i));
            }
            for (int i = 1; i <= 100; i++) {
                bob.expectMessage(done(i));
            }
            assertThat(seen(5 + 99))
                    .startsWith("1 opened c1", "1 opened c2", "1 close", "2 opened c2", "2 c2 frame 1")
                    .endsWith("2 c2 frame 100");
        }

        @Test
        void costsOthersNoBackOffWhileTheirFramesAreFine() {
            SupervisionSettings slow = Messages.settings(FailureAction.CLOSE, Duration.ofHours(1), Duration.ofHours(1));
            ActorRef<ProcessorProtocol.Command> processor =
                    attach(KIT.spawn(ProcessorSupervisor.create(Recording::new, slow)));
            processor.tell(open(2, bob));
            for (int i = 1; i <= 10; i++) {
                processor.tell(open(100 + i, alice));
                processor.tell(deliver(100 + i, 1, alice, "poison"));
                processor.tell(deliver(2, i, bob, "fine"));
                bob.expectMessage(done(i));
            }
        }

        @Test
        void backsOffWhenNothingGoesWellInBetween() {
            SupervisionSettings slow =
                    Messages.settings(FailureAction.CONTINUE, Duration.ofHours(1), Duration.ofHours(1));
            ActorRef<ProcessorProtocol.Command> processor =
                    attach(KIT.spawn(ProcessorSupervisor.create(Recording::new, slow)));
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "poison"));
            processor.tell(deliver(1, 2, alice, "poison"));
            processor.tell(deliver(1, 3, alice, "fine"));
            alice.expectMessageClass(Failed.class);
            alice.expectMessageClass(Failed.class);
            alice.expectNoMessage(Duration.ofMillis(100));
        }

        @Test
        void losesNothingThatWaitsForTheEndOfABackOff() {
            Duration backOff = Duration.ofMillis(200);
            ActorRef<ProcessorProtocol.Command> processor = attach(KIT.spawn(ProcessorSupervisor.create(
                    Recording::new, Messages.settings(FailureAction.CONTINUE, backOff, backOff))));
            failAgainWhileOthersWait(processor);
        }

        @Test
        void survivesABatchOfThousandsOfBadFrames() {
            ActorRef<ProcessorProtocol.Command> processor = recording(FailureAction.CONTINUE);
            String[] frames = new String[10_000];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = i % 2 == 0 ? "fine" : "poison";
            }
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, frames));
            for (int i = 1; i < frames.length; i += 2) {
                alice.expectMessage(
                        new Failed(1, i, 1, "IOException: cannot swallow it", FailureAction.CONTINUE, List.of()));
            }
            processor.tell(deliver(1, 2, alice, "fine"));
            alice.expectMessage(done(2));
        }

        @Test
        void processesNothingMoreOfAConnectionThatIsToClose() throws InterruptedException {
            ActorRef<ProcessorProtocol.Command> processor = recording(FailureAction.CLOSE);
            processor.tell(open(1, alice));
            processor.tell(open(2, bob));
            processor.tell(deliver(1, 1, alice, "a", "poison", "b"));
            processor.tell(deliver(1, 2, alice, "c"));
            processor.tell(new Close(1, ConnectionEnd.of(ConnectionEnd.Kind.PROCESSOR_FAILED)));
            processor.tell(deliver(2, 1, bob, "d"));
            alice.expectMessage(new Failed(1, 1, 1, "IOException: cannot swallow it", FailureAction.CLOSE, List.of()));
            bob.expectMessage(done(1));
            alice.expectNoMessage(Duration.ZERO);
            assertThat(seen(6))
                    .containsExactly("1 opened c1", "1 opened c2", "1 c1 a", "1 close", "2 opened c2", "2 c2 d");
        }

        @Test
        void disconnectsAConnectionThatCannotBeOpenedAndAnswersItsFrames() {
            ProcessorFactory factory = () -> new Processor() {
                @Override
                public void opened(Session session) {
                    throw new IllegalStateException("not you");
                }

                @Override
                public void process(Session session, ByteString frame) {}
            };
            ActorRef<ProcessorProtocol.Command> processor =
                    attach(KIT.spawn(ProcessorSupervisor.create(factory, settings(FailureAction.CONTINUE))));
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "a", "b"));
            alice.expectMessage(new Unserved("IllegalStateException: not you"));
            alice.expectMessage(new Failed(1, 0, 2, "IllegalStateException: not you", FailureAction.CLOSE, List.of()));
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
            assertThat(readiness(Recording::new)).isEqualTo(new Ready());
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

    @Nested
    class UsersBehaviors {
        private Behavior<ProcessorProtocol.Command> user() {
            return Behaviors.receive(ProcessorProtocol.Command.class)
                    .onMessage(Deliver.class, deliver -> {
                        if (deliver.frames().get(0).utf8String().equals("poison")) {
                            throw new IllegalStateException("cannot swallow it");
                        }
                        deliver.replyTo().tell(done(deliver.batch()));
                        return Behaviors.same();
                    })
                    .onAnyMessage(other -> Behaviors.same())
                    .build();
        }

        private ActorRef<ProcessorProtocol.Command> user(FailureAction onFailure) {
            return attach(KIT.spawn(ProcessorSupervisor.create(user(), settings(onFailure))));
        }

        @Test
        void loseNothingThatWaitsForTheEndOfABackOff() {
            Duration backOff = Duration.ofMillis(200);
            failAgainWhileOthersWait(attach(KIT.spawn(
                    ProcessorSupervisor.create(user(), Messages.settings(FailureAction.CONTINUE, backOff, backOff)))));
        }

        @Test
        void failTheWholeBatchAtWhichTheyThrow() {
            ActorRef<ProcessorProtocol.Command> processor = user(FailureAction.CONTINUE);
            processor.tell(deliver(1, 1, alice, "poison", "a"));
            processor.tell(deliver(1, 2, alice, "b"));
            alice.expectMessage(
                    new Failed(1, 0, 2, "IllegalStateException: cannot swallow it", FailureAction.CONTINUE, List.of()));
            alice.expectMessage(done(2));
        }

        @Test
        void failTheBatchAtWhichAnAssertionFails() {
            failTheBatch(new AssertionError("so it is not"), "AssertionError: so it is not");
        }

        @Test
        void failTheBatchAtWhichTheyMeetAnErrorThatIsNotTheVirtualMachines() {
            failTheBatch(
                    new ServiceConfigurationError("no such provider"), "ServiceConfigurationError: no such provider");
        }

        private void failTheBatch(Error error, String reason) {
            Behavior<ProcessorProtocol.Command> asserting = Behaviors.receiveMessage(message -> {
                if (message instanceof Deliver) {
                    throw error;
                }
                return Behaviors.same();
            });
            ActorRef<ProcessorProtocol.Command> processor =
                    attach(KIT.spawn(ProcessorSupervisor.create(asserting, settings(FailureAction.CONTINUE))));
            processor.tell(deliver(1, 1, alice, "a"));
            processor.tell(deliver(1, 2, alice, "b"));
            alice.expectMessage(new Failed(1, 0, 1, reason, FailureAction.CONTINUE, List.of()));
            alice.expectMessage(new Failed(2, 0, 1, reason, FailureAction.CONTINUE, List.of()));
        }

        @Test
        void seeNothingMoreOfAConnectionThatIsToClose() {
            ActorRef<ProcessorProtocol.Command> processor = user(FailureAction.CLOSE);
            processor.tell(deliver(1, 1, alice, "poison"));
            processor.tell(deliver(1, 2, alice, "b"));
            processor.tell(deliver(2, 1, bob, "c"));
            alice.expectMessage(
                    new Failed(1, 0, 1, "IllegalStateException: cannot swallow it", FailureAction.CLOSE, List.of()));
            bob.expectMessage(done(1));
            alice.expectNoMessage(Duration.ZERO);
        }
    }

    @Test
    void handsConnectionsToAnActorOfSomebodyElse() {
        TestProbe<ProcessorProtocol.Command> theirs = KIT.createTestProbe();
        assertThat(attach(KIT.spawn(ProcessorSupervisor.create(theirs.getRef()))))
                .isEqualTo(theirs.getRef());
    }

    @Test
    void keepsProcessorsThatMayBlockFromTheThreadsOfConnections() throws Exception {
        KIT.spawn(ProcessorSupervisor.create(new ThreadNoting(true), settings(FailureAction.CLOSE)));

        assertThat(seen.take()).contains(ProcessorSupervisor.DISPATCHER);
    }

    @Test
    void runsProcessorsThatNeverBlockOnTheThreadsOfConnections() throws Exception {
        KIT.spawn(ProcessorSupervisor.create(new ThreadNoting(false), settings(FailureAction.CLOSE)));

        assertThat(seen.take()).contains("default-dispatcher");
    }
}
