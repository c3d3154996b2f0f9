package io.penstock.processor;

import static io.penstock.processor.Messages.deliver;
import static io.penstock.processor.Messages.done;
import static io.penstock.processor.Messages.failed;
import static io.penstock.processor.Messages.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.ScriptedProcessor.Script;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.ProcessorProtocol.Answer;
import io.penstock.protocol.ProcessorProtocol.Command;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import io.penstock.protocol.SupervisorProtocol.Available;
import io.penstock.protocol.SupervisorProtocol.State;
import io.penstock.protocol.SupervisorProtocol.Subscribe;
import io.penstock.protocol.SupervisorProtocol.Suspended;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What follows when one failure comes after the other, and how it is told. */
class CircuitTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration SHORT = Duration.ofMillis(5);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final String POISONED = "IOException: cannot swallow it";

    private final TestProbe<Answer> alice = KIT.createTestProbe();
    private final TestProbe<State> watcher = KIT.createTestProbe();
    private final Script script = Script.answeringAtOnce();

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private static SupervisionSettings settings(
            FailureAction action, Duration backOff, int redeliveries, int failures) {
        return new SupervisionSettings(action, backOff, backOff, redeliveries, failures, PoolSettings.ONE);
    }

    private ActorRef<Command> processor(ProcessorFactory factory, SupervisionSettings settings) {
        ActorRef<SupervisorProtocol.Command> supervisor = KIT.spawn(ProcessorSupervisor.create(factory, settings));
        supervisor.tell(new Subscribe(watcher.getRef()));
        watcher.expectMessage(new Available());
        TestProbe<Attached> probe = KIT.createTestProbe();
        supervisor.tell(new Attach(1, probe.getRef()));
        ActorRef<Command> processor = probe.receiveMessage().processor();
        processor.tell(open(1, alice));
        return processor;
    }

    @Nested
    class Opening {
        @Test
        void takesSoManyFailuresInARow() {
            ActorRef<Command> processor = processor(script, settings(FailureAction.CONTINUE, NEVER, 100, 3));
            processor.tell(deliver(1, 1, alice, "poison", "poison", "a"));
            processor.tell(deliver(1, 2, alice, "poison", "poison", "poison", "b"));

            alice.expectMessage(failed(1, 0, POISONED));
            alice.expectMessage(failed(1, 1, POISONED));
            alice.expectMessage(done(1));
            for (int frame = 0; frame < 3; frame++) {
                alice.expectMessage(failed(2, frame, POISONED));
            }
            assertThat(watcher.expectMessageClass(Suspended.class).reason())
                    .isEqualTo("failures with nothing processed in between: 3, the last one: " + POISONED);
            alice.expectNoMessage(Duration.ZERO);
        }

        @Test
        void takesOneOutage() {
            ActorRef<Command> processor = processor(script.outages(1), settings(FailureAction.CONTINUE, NEVER, 100, 3));
            processor.tell(deliver(1, 1, alice, "outage"));

            assertThat(watcher.expectMessageClass(Suspended.class).reason()).isEqualTo("the disk is full");
        }

        @Test
        void isToldOnceHoweverOftenItIsTried() {
            ActorRef<Command> processor = processor(script.outages(5), settings(FailureAction.CONTINUE, SHORT, 100, 3));
            processor.tell(deliver(1, 1, alice, "outage", "a"));

            alice.expectMessage(done(1));
            watcher.expectMessageClass(Suspended.class);
            watcher.expectMessage(new Available());
        }
    }

    @Nested
    class Trying {
        @Test
        void beginsWithASingleFrameAndClosesWithTheFirstThatIsProcessed() throws InterruptedException {
            ActorRef<Command> processor = processor(script, settings(FailureAction.CONTINUE, SHORT, 100, 2));
            processor.tell(deliver(1, 1, alice, "poison", "poison", "poison", "ask", "poison", "a"));

            for (int frame : List.of(0, 1, 2)) {
                alice.expectMessage(failed(1, frame, POISONED));
            }
            alice.expectMessage(failed(1, 4, POISONED, "answer"));
            alice.expectMessage(done(1));
            watcher.expectMessageClass(Suspended.class);
            watcher.expectMessage(new Available());
            assertThat(script.seen(10))
                    .containsExactly(
                            "1 poison",
                            "1 close",
                            "2 poison",
                            "2 close",
                            "3 poison",
                            "3 close",
                            "4 ask",
                            "4 poison",
                            "4 close",
                            "5 a");
        }

        @Test
        void endsTheSuspensionWhereThereIsNothingToTry() {
            ActorRef<Command> processor = processor(script, settings(FailureAction.CONTINUE, SHORT, 100, 2));
            processor.tell(deliver(1, 1, alice, "poison", "poison"));

            alice.expectMessage(failed(1, 0, POISONED));
            alice.expectMessage(failed(1, 1, POISONED));
            watcher.expectMessageClass(Suspended.class);
            watcher.expectMessage(new Available());
            processor.tell(deliver(1, 2, alice, "poison"));
            alice.expectMessage(failed(2, 0, POISONED));
            watcher.expectMessageClass(Suspended.class);
        }

        @Test
        void goesOnUntilAProcessorCanBeMade() {
            AtomicInteger made = new AtomicInteger();
            ProcessorFactory factory = () -> {
                if (made.incrementAndGet() % 3 != 1) {
                    throw new IOException("no such disk");
                }
                return script.create();
            };
            ActorRef<Command> processor = processor(factory, settings(FailureAction.CONTINUE, SHORT, 100, 2));
            processor.tell(deliver(1, 1, alice, "poison", "a"));

            alice.expectMessage(failed(1, 0, POISONED));
            alice.expectMessage(done(1));
            assertThat(watcher.expectMessageClass(Suspended.class).reason())
                    .isEqualTo("cannot be created: IOException: no such disk");
            watcher.expectMessage(new Available());
        }
    }

    @Nested
    class GivingUpABatch {
        private static final String REASON = "not processed, as 3 frames of its batch have failed";

        private void expectGivenUp(FailureAction configured, FailureAction answered) {
            ActorRef<Command> processor = processor(script, settings(configured, SHORT, 2, 100));
            processor.tell(deliver(1, 1, alice, "a", "poison", "poison", "poison", "b", "poison"));

            for (int frame : List.of(1, 2, 3)) {
                alice.expectMessage(new Failed(1, frame, 1, POISONED, configured, List.of()));
            }
            alice.expectMessage(new Failed(1, 4, 2, REASON, answered, List.of()));
            processor.tell(deliver(1, 2, alice, "c"));
        }

        @Test
        void setsTheRestAsideTogether() {
            expectGivenUp(FailureAction.QUARANTINE, FailureAction.QUARANTINE);
            alice.expectMessage(done(2));
        }

        @Test
        void closesTheConnectionWhereNothingIsSetAside() throws InterruptedException {
            expectGivenUp(FailureAction.CONTINUE, FailureAction.CLOSE);
            assertThat(script.seen(7))
                    .containsExactly("1 a", "1 poison", "1 close", "2 poison", "2 close", "3 poison", "3 close");
            alice.expectNoMessage(Duration.ZERO);
        }

        @Test
        void takesNoRedeliveryWhereNoneIsAllowed() {
            ActorRef<Command> processor = processor(script, settings(FailureAction.QUARANTINE, SHORT, 0, 100));
            processor.tell(deliver(1, 1, alice, "poison", "a"));

            alice.expectMessage(new Failed(1, 0, 1, POISONED, FailureAction.QUARANTINE, List.of()));
            alice.expectMessage(new Failed(
                    1, 1, 1, "not processed, as a frame of its batch has failed", FailureAction.QUARANTINE, List.of()));
        }
    }

    @Nested
    class OfAUsersBehavior {
        @Test
        void opensAndCloses() {
            ActorRef<SupervisorProtocol.Command> supervisor = KIT.spawn(ProcessorSupervisor.create(
                    Behaviors.<Command>receiveMessage(message -> {
                        throw new IllegalStateException("no");
                    }),
                    settings(FailureAction.CONTINUE, SHORT, 100, 2)));
            supervisor.tell(new Subscribe(watcher.getRef()));
            watcher.expectMessage(new Available());
            TestProbe<Attached> probe = KIT.createTestProbe();
            supervisor.tell(new Attach(1, probe.getRef()));
            ActorRef<Command> processor = probe.receiveMessage().processor();
            processor.tell(deliver(1, 1, alice, "a"));
            processor.tell(deliver(1, 2, alice, "a"));

            watcher.expectMessageClass(Suspended.class);
            watcher.expectMessage(new Available());
        }
    }
}
