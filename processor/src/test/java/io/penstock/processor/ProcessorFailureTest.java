package io.penstock.processor;

import static io.penstock.processor.Messages.attach;
import static io.penstock.processor.Messages.deliver;
import static io.penstock.processor.Messages.done;
import static io.penstock.processor.Messages.open;
import static io.penstock.processor.Messages.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.RecordingProcessor.Lives;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Answer;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Unserved;
import java.time.Duration;
import java.util.List;
import java.util.ServiceConfigurationError;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What becomes of frames and connections when a processor fails. */
class ProcessorFailureTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final TestProbe<Answer> alice = KIT.createTestProbe();
    private final TestProbe<Answer> bob = KIT.createTestProbe();
    private final Lives lives = new Lives();

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
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
            ActorRef<ProcessorProtocol.Command> processor = lives.spawn(KIT, FailureAction.CONTINUE);
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "a", "poison", "b", "c"));
            processor.tell(deliver(1, 2, alice, "d"));
            alice.expectMessage(
                    new Failed(1, 1, 1, "IOException: cannot swallow it", FailureAction.CONTINUE, List.of()));
            alice.expectMessage(done(1));
            alice.expectMessage(done(2));
            assertThat(lives.seen(7))
                    .containsExactly("1 opened c1", "1 c1 a", "1 close", "2 opened c1", "2 c1 b", "2 c1 c", "2 c1 d");
        }

        @Test
        void namesTheFrameAlsoWhereAnAssertionFails() {
            ActorRef<ProcessorProtocol.Command> processor = lives.spawn(KIT, FailureAction.CONTINUE);
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "a", "assert", "b"));

            alice.expectMessage(new Failed(1, 1, 1, "AssertionError: so it is not", FailureAction.CONTINUE, List.of()));
            alice.expectMessage(done(1));
        }

        @Test
        void survivesAnyErrorThatIsNotTheVirtualMachines() {
            ActorRef<ProcessorProtocol.Command> processor = lives.spawn(KIT, FailureAction.CONTINUE);
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "a", "provide", "b"));

            alice.expectMessage(new Failed(
                    1, 1, 1, "ServiceConfigurationError: no such provider", FailureAction.CONTINUE, List.of()));
            alice.expectMessage(done(1));
        }

        @Test
        void countsFramesOfARedeliveredRestFromTheBatchsBeginning() {
            ActorRef<ProcessorProtocol.Command> processor = lives.spawn(KIT, FailureAction.CONTINUE);
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
            ActorRef<ProcessorProtocol.Command> processor = lives.spawn(KIT, FailureAction.CLOSE);
            processor.tell(open(1, alice));
            processor.tell(open(2, bob));
            processor.tell(deliver(1, 1, alice, "poison"));
            for (int i = 1; i <= 100; i++) {
                processor.tell(deliver(2, i, bob, "frame " + i));
            }
            for (int i = 1; i <= 100; i++) {
                bob.expectMessage(done(i));
            }
            assertThat(lives.seen(5 + 99))
                    .startsWith("1 opened c1", "1 opened c2", "1 close", "2 opened c2", "2 c2 frame 1")
                    .endsWith("2 c2 frame 100");
        }

        @Test
        void costsOthersNoBackOffWhileTheirFramesAreFine() {
            SupervisionSettings slow = settings(FailureAction.CLOSE, Duration.ofHours(1), Duration.ofHours(1));
            ActorRef<ProcessorProtocol.Command> processor = lives.spawn(KIT, slow);
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
            SupervisionSettings slow = settings(FailureAction.CONTINUE, Duration.ofHours(1), Duration.ofHours(1));
            ActorRef<ProcessorProtocol.Command> processor = lives.spawn(KIT, slow);
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
            ActorRef<ProcessorProtocol.Command> processor =
                    lives.spawn(KIT, settings(FailureAction.CONTINUE, backOff, backOff));
            failAgainWhileOthersWait(processor);
        }

        @Test
        void survivesABatchOfThousandsOfBadFrames() {
            ActorRef<ProcessorProtocol.Command> processor = lives.spawn(KIT, FailureAction.CONTINUE);
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
            ActorRef<ProcessorProtocol.Command> processor = lives.spawn(KIT, FailureAction.CLOSE);
            processor.tell(open(1, alice));
            processor.tell(open(2, bob));
            processor.tell(deliver(1, 1, alice, "a", "poison", "b"));
            processor.tell(deliver(1, 2, alice, "c"));
            processor.tell(new Close(1, ConnectionEnd.of(ConnectionEnd.Kind.PROCESSOR_FAILED)));
            processor.tell(deliver(2, 1, bob, "d"));
            alice.expectMessage(new Failed(1, 1, 1, "IOException: cannot swallow it", FailureAction.CLOSE, List.of()));
            bob.expectMessage(done(1));
            alice.expectNoMessage(Duration.ZERO);
            assertThat(lives.seen(6))
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
                    attach(KIT, KIT.spawn(ProcessorSupervisor.create(factory, settings(FailureAction.CONTINUE))));
            processor.tell(open(1, alice));
            processor.tell(deliver(1, 1, alice, "a", "b"));
            alice.expectMessage(new Unserved("IllegalStateException: not you"));
            alice.expectMessage(new Failed(1, 0, 2, "IllegalStateException: not you", FailureAction.CLOSE, List.of()));
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
            return attach(KIT, KIT.spawn(ProcessorSupervisor.create(user(), settings(onFailure))));
        }

        @Test
        void loseNothingThatWaitsForTheEndOfABackOff() {
            Duration backOff = Duration.ofMillis(200);
            failAgainWhileOthersWait(attach(
                    KIT,
                    KIT.spawn(ProcessorSupervisor.create(user(), settings(FailureAction.CONTINUE, backOff, backOff)))));
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
                    attach(KIT, KIT.spawn(ProcessorSupervisor.create(asserting, settings(FailureAction.CONTINUE))));
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
}
