package io.penstock.processor;

import static io.penstock.processor.Messages.close;
import static io.penstock.processor.Messages.deliver;
import static io.penstock.processor.Messages.done;
import static io.penstock.processor.Messages.failed;
import static io.penstock.processor.Messages.open;
import static io.penstock.processor.Messages.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.ScriptedProcessor.Script;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.ProcessorProtocol.Answer;
import io.penstock.protocol.ProcessorProtocol.Command;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import io.penstock.protocol.SupervisorProtocol.Readiness;
import io.penstock.protocol.SupervisorProtocol.Stop;
import io.penstock.protocol.SupervisorProtocol.Stopped;
import io.penstock.protocol.SupervisorProtocol.WhenReady;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Batches are answered after the commit that covers them, and what an outage hits is processed again, in order. */
class CommitTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration SHORT = Duration.ofMillis(5);
    private static final String POISONED = "IOException: cannot swallow it";

    private final TestProbe<Answer> alice = KIT.createTestProbe();
    private final TestProbe<Answer> bob = KIT.createTestProbe();
    private final Script committing = Script.committing();

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private static ActorRef<SupervisorProtocol.Command> supervisor(Script script) {
        return KIT.spawn(ProcessorSupervisor.create(script, Messages.settings(FailureAction.CONTINUE, SHORT, SHORT)));
    }

    private static ActorRef<Command> attach(ActorRef<SupervisorProtocol.Command> supervisor) {
        TestProbe<Attached> probe = KIT.createTestProbe();
        supervisor.tell(new Attach(1, probe.getRef()));
        return probe.receiveMessage().processor();
    }

    private ActorRef<Command> processor(Script script) {
        ActorRef<Command> processor = attach(supervisor(script));
        processor.tell(open(1, alice));
        processor.tell(open(2, bob));
        return processor;
    }

    /** The first batch holds the processor's thread until the script is released. */
    private void waitWithin(ActorRef<Command> processor, Script script) throws InterruptedException {
        processor.tell(deliver(1, 1, alice, "wait"));
        script.waiting.await();
    }

    @Nested
    class Committing {
        @Test
        void isSharedByTheBatchesOfAllConnectionsThatAreThere() throws InterruptedException {
            ActorRef<Command> processor = processor(committing);
            waitWithin(processor, committing);
            processor.tell(deliver(1, 2, alice, "ask"));
            processor.tell(deliver(2, 1, bob, "a", "b"));
            committing.release.countDown();

            alice.expectMessage(stored(1));
            alice.expectMessage(stored(2, "answer"));
            bob.expectMessage(stored(1));
            assertThat(committing.seen(5)).containsExactly("1 wait", "1 ask", "1 a", "1 b", "1 commit");
        }

        @Test
        void comesBeforeTheEndOfAConnectionThatWaitsForIt() throws InterruptedException {
            ActorRef<Command> processor = processor(committing);
            waitWithin(processor, committing);
            processor.tell(close(1));
            processor.tell(deliver(2, 1, bob, "a"));
            committing.release.countDown();

            alice.expectMessage(stored(1));
            bob.expectMessage(stored(1));
            assertThat(committing.seen(5)).containsExactly("1 wait", "1 commit", "1 closed c1", "1 a", "1 commit");
        }

        @Test
        void isNotHurriedByTheEndOfAnotherConnection() throws InterruptedException {
            ActorRef<Command> processor = processor(committing);
            waitWithin(processor, committing);
            processor.tell(close(2));
            processor.tell(deliver(1, 2, alice, "a"));
            committing.release.countDown();

            alice.expectMessage(stored(1));
            alice.expectMessage(stored(2));
            assertThat(committing.seen(4)).containsExactly("1 wait", "1 closed c2", "1 a", "1 commit");
        }

        @Test
        void isDoneBeforeTheProcessorStops() throws InterruptedException {
            stopWhileABatchWaits(committing);

            alice.expectMessage(stored(1));
            assertThat(committing.seen(3)).containsExactly("1 wait", "1 commit", "1 close");
        }

        @Test
        void leavesBatchesUnansweredWhenItFailsAtTheStop() throws InterruptedException {
            stopWhileABatchWaits(committing.failCommits(1));

            assertThat(committing.seen(3)).containsExactly("1 wait", "1 cannot commit", "1 close");
            alice.expectNoMessage(Duration.ZERO);
        }

        private void stopWhileABatchWaits(Script script) throws InterruptedException {
            ActorRef<SupervisorProtocol.Command> supervisor = supervisor(script);
            ActorRef<Command> processor = attach(supervisor);
            processor.tell(open(1, alice));
            waitWithin(processor, script);
            TestProbe<Stopped> stopped = KIT.createTestProbe();
            TestProbe<Readiness> obeyed = KIT.createTestProbe();
            supervisor.tell(new Stop(stopped.getRef()));
            supervisor.tell(new WhenReady(obeyed.getRef()));
            obeyed.receiveMessage();
            script.release.countDown();
            stopped.receiveMessage();
        }
    }

    @Nested
    class FailingFrames {
        @Test
        void failOnceWhatIsBeforeThemIsCommittedAndAnswered() throws InterruptedException {
            ActorRef<Command> processor = processor(committing);
            waitWithin(processor, committing);
            processor.tell(deliver(1, 2, alice, "ask", "poison", "b"));
            committing.release.countDown();

            alice.expectMessage(stored(1));
            alice.expectMessage(failed(2, 1, POISONED, "answer"));
            alice.expectMessage(stored(2));
            assertThat(committing.seen(7))
                    .containsExactly("1 wait", "1 ask", "1 poison", "1 commit", "1 close", "2 b", "2 commit");
        }

        @Test
        void areTriedAgainWhenWhatIsBeforeThemCannotBeCommitted() throws InterruptedException {
            ActorRef<Command> processor = processor(committing.failCommits(1));
            waitWithin(processor, committing);
            processor.tell(deliver(1, 2, alice, "ask", "poison"));
            committing.release.countDown();

            alice.expectMessage(stored(1));
            alice.expectMessage(failed(2, 1, POISONED, "answer"));
            assertThat(committing.seen(10))
                    .containsExactly(
                            "1 wait",
                            "1 ask",
                            "1 poison",
                            "1 cannot commit",
                            "1 close",
                            "2 wait",
                            "2 commit",
                            "2 ask",
                            "2 poison",
                            "2 commit");
        }

        @Test
        void needNoCommitWhereNothingIsBeforeThem() throws InterruptedException {
            ActorRef<Command> processor = processor(committing);
            processor.tell(deliver(1, 1, alice, "poison"));

            alice.expectMessage(failed(1, 0, POISONED));
            assertThat(committing.seen(2)).containsExactly("1 poison", "1 close");
        }
    }

    @Nested
    class Outages {
        @Test
        void ofTheCommitLetAllBatchesBeProcessedAgainInOrder() throws InterruptedException {
            ActorRef<Command> processor = processor(committing.failCommits(2));
            waitWithin(processor, committing);
            processor.tell(deliver(2, 1, bob, "a", "b"));
            processor.tell(deliver(1, 2, alice, "ask"));
            committing.release.countDown();

            alice.expectMessage(stored(1));
            alice.expectMessage(stored(2, "answer"));
            bob.expectMessage(stored(1));
            assertThat(committing.seen(15))
                    .containsExactly(
                            "1 wait",
                            "1 a",
                            "1 b",
                            "1 ask",
                            "1 cannot commit",
                            "1 close",
                            "2 wait",
                            "2 cannot commit",
                            "2 close",
                            "3 wait",
                            "3 commit",
                            "3 a",
                            "3 b",
                            "3 ask",
                            "3 commit");
        }

        @Test
        void withinABatchGiveItAgainWhole() throws InterruptedException {
            ActorRef<Command> processor = processor(committing.outages(1));
            waitWithin(processor, committing);
            processor.tell(deliver(1, 2, alice, "ask", "outage", "b"));
            committing.release.countDown();

            alice.expectMessage(stored(1));
            alice.expectMessage(stored(2, "answer"));
            assertThat(committing.seen(10))
                    .containsExactly(
                            "1 wait",
                            "1 ask",
                            "1 outage",
                            "1 close",
                            "2 wait",
                            "2 commit",
                            "2 ask",
                            "2 outage",
                            "2 b",
                            "2 commit");
        }

        @Test
        void withoutCommitGiveWhatWasNotDoneAgain() throws InterruptedException {
            Script plain = Script.answeringAtOnce().outages(2);
            processor(plain).tell(deliver(1, 1, alice, "ask", "outage", "b", "ask"));

            alice.expectMessage(done(1, "answer", "answer"));
            assertThat(plain.seen(8))
                    .containsExactly("1 ask", "1 outage", "1 close", "2 outage", "2 close", "3 outage", "3 b", "3 ask");
        }

        @Test
        void holdTheEndOfAConnectionThatWaits() throws InterruptedException {
            ActorRef<Command> processor = processor(committing.failCommits(1));
            waitWithin(processor, committing);
            processor.tell(close(1));
            committing.release.countDown();

            alice.expectMessage(stored(1));
            assertThat(committing.seen(6))
                    .containsExactly("1 wait", "1 cannot commit", "1 close", "2 wait", "2 commit", "2 closed c1");
        }

        @Test
        void loseNothingOfWhatComesMeanwhile() {
            Script plain = Script.answeringAtOnce().outages(3);
            ActorRef<Command> processor = processor(plain);
            processor.tell(deliver(1, 1, alice, "outage"));
            for (int batch = 1; batch <= 100; batch++) {
                processor.tell(deliver(2, batch, bob, "a", "b"));
            }
            alice.expectMessage(done(1));
            for (int batch = 1; batch <= 100; batch++) {
                bob.expectMessage(done(batch));
            }
        }
    }
}
