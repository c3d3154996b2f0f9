package io.penstock.processor;

import static io.penstock.processor.Messages.bytes;
import static io.penstock.processor.Messages.close;
import static io.penstock.processor.Messages.deliver;
import static io.penstock.processor.Messages.done;
import static io.penstock.processor.Messages.failed;
import static io.penstock.processor.Messages.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol.Answer;
import io.penstock.protocol.ProcessorProtocol.Command;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Send;
import io.penstock.protocol.ProcessorProtocol.Unserved;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import io.penstock.protocol.SupervisorProtocol.Available;
import io.penstock.protocol.SupervisorProtocol.State;
import io.penstock.protocol.SupervisorProtocol.Stop;
import io.penstock.protocol.SupervisorProtocol.Stopped;
import io.penstock.protocol.SupervisorProtocol.Subscribe;
import io.penstock.protocol.SupervisorProtocol.Suspended;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The test completes the stages, in whatever order. */
class AsyncProcessorTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration SHORT = Duration.ofMillis(5);
    private static final String REASON = "IOException: cannot swallow it";

    private static IOException broken() {
        return new IOException("cannot swallow it");
    }

    private static ProcessorUnavailableException down() {
        return new ProcessorUnavailableException("the host is down", broken());
    }

    /** A batch that the processor was given. */
    private record Call(Session session, List<String> frames, CompletableFuture<String> stage) {}

    private final TestProbe<Answer> alice = KIT.createTestProbe();
    private final TestProbe<Answer> bob = KIT.createTestProbe();
    private final TestProbe<State> watcher = KIT.createTestProbe();
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private final class Recording implements AsyncProcessor {
        @Override
        public void opened(Session session) {
            if (session.connection().id() == 13) {
                throw new IllegalStateException("not you");
            }
        }

        @Override
        public CompletionStage<?> processAll(Session session, Frames frames) throws IOException {
            List<String> texts = texts(frames);
            if (texts.get(0).equals("throw")) {
                throw broken();
            }
            if (texts.get(0).equals("provide")) {
                throw new ServiceConfigurationError("no such provider");
            }
            if (texts.get(0).equals("ask")) {
                session.send(ByteString.fromString("answer"));
            }
            CompletableFuture<String> stage = new CompletableFuture<>();
            calls.add(new Call(session, texts, stage));
            return stage;
        }

        private static List<String> texts(Frames frames) {
            return StreamSupport.stream(frames.spliterator(), false)
                    .map(ByteString::utf8String)
                    .toList();
        }

        @Override
        public void closed(Session session, ConnectionEnd end) {
            seen.add("closed c" + session.connection().id());
        }

        @Override
        public void close() {
            seen.add("close");
        }
    }

    private ActorRef<SupervisorProtocol.Command> supervisor(
            FailureAction action, Duration backOff, int redeliveries, int failures) {
        return KIT.spawn(ProcessorSupervisor.create(
                Processors.async(Recording::new),
                new SupervisionSettings(action, backOff, backOff, redeliveries, failures, PoolSettings.ONE)));
    }

    private ActorRef<Command> attach(ActorRef<SupervisorProtocol.Command> supervisor) {
        supervisor.tell(new Subscribe(watcher.getRef()));
        watcher.expectMessage(new Available());
        TestProbe<Attached> probe = KIT.createTestProbe();
        supervisor.tell(new Attach(1, probe.getRef()));
        ActorRef<Command> processor = probe.receiveMessage().processor();
        processor.tell(open(1, alice));
        processor.tell(open(2, bob));
        return processor;
    }

    private ActorRef<Command> processor(FailureAction action) {
        return attach(supervisor(action, SHORT, 16, 100));
    }

    private Call call(String... frames) throws InterruptedException {
        Call call = calls.take();
        assertThat(call.frames()).containsExactly(frames);
        return call;
    }

    @Nested
    class Answering {
        @Test
        void keepsTheOrderOfEachConnectionWhateverIsDoneFirst() throws InterruptedException {
            ActorRef<Command> processor = processor(FailureAction.CLOSE);
            processor.tell(deliver(1, 1, alice, "a"));
            processor.tell(deliver(1, 2, alice, "b"));
            processor.tell(deliver(2, 1, bob, "c"));
            Call first = call("a");
            call("b").stage().complete("");
            call("c").stage().complete("");

            bob.expectMessage(done(1));
            alice.expectNoMessage(Duration.ZERO);
            first.stage().complete("");
            alice.expectMessage(done(1));
            alice.expectMessage(done(2));
        }

        @Test
        void sendsRepliesBeforeTheAnswer() throws InterruptedException {
            ActorRef<Command> processor = processor(FailureAction.CLOSE);
            processor.tell(deliver(1, 1, alice, "ask"));
            Call call = call("ask");
            call.session().send(ByteString.fromString("later"));
            call.stage().complete("");

            alice.expectMessage(new Send(bytes("answer")));
            alice.expectMessage(new Send(bytes("later")));
            alice.expectMessage(done(1));
        }

        @Test
        void refusesAConnectionThatCannotBeOpened() {
            ActorRef<Command> processor = processor(FailureAction.CONTINUE);
            processor.tell(open(13, alice));
            processor.tell(deliver(13, 1, alice, "a", "b"));

            alice.expectMessage(new Unserved("IllegalStateException: not you"));
            alice.expectMessage(new Failed(1, 0, 2, "IllegalStateException: not you", FailureAction.CLOSE, List.of()));
        }

        @Test
        void saysNothingMoreToAConnectionThatHasEnded() throws InterruptedException {
            ActorRef<Command> processor = processor(FailureAction.CONTINUE);
            processor.tell(deliver(1, 1, alice, "a"));
            Call call = call("a");
            processor.tell(close(1));
            assertThat(seen.take()).isEqualTo("closed c1");
            call.stage().complete("");
            processor.tell(deliver(2, 1, bob, "b"));
            call("b").stage().complete("");

            bob.expectMessage(done(1));
            alice.expectNoMessage(Duration.ZERO);
        }

        @Test
        void closesTheProcessorWhenStopped() throws InterruptedException {
            ActorRef<SupervisorProtocol.Command> supervisor = supervisor(FailureAction.CLOSE, SHORT, 16, 100);
            attach(supervisor);
            TestProbe<Stopped> stopped = KIT.createTestProbe();
            supervisor.tell(new Stop(stopped.getRef()));

            stopped.receiveMessage();
            assertThat(seen.take()).isEqualTo("close");
        }
    }

    @Nested
    class Failing {
        @Test
        void namesTheFrameAndGoesOnAfterItWhileLaterBatchesWaitForTheirTurn() throws InterruptedException {
            ActorRef<Command> processor = processor(FailureAction.CONTINUE);
            processor.tell(deliver(1, 1, alice, "a", "b", "c", "d"));
            processor.tell(deliver(1, 2, alice, "e"));
            Call first = call("a", "b", "c", "d");
            call("e").stage().complete("");
            first.stage().completeExceptionally(new FrameFailedException(1, broken()));

            alice.expectMessage(failed(1, 1, REASON));
            call("c", "d").stage().completeExceptionally(broken());
            alice.expectMessage(failed(1, 2, REASON));
            call("d").stage().complete("");
            alice.expectMessage(done(1));
            alice.expectMessage(done(2));
        }

        @Test
        void takesWhatIsThrownForAFailureOfTheFirst() throws InterruptedException {
            ActorRef<Command> processor = processor(FailureAction.CONTINUE);
            processor.tell(deliver(1, 1, alice, "throw", "a"));

            alice.expectMessage(failed(1, 0, REASON));
            call("a").stage().complete("");
            alice.expectMessage(done(1));
        }

        @Test
        void takesAnErrorThatIsNotTheVirtualMachinesForAFailure() throws InterruptedException {
            ActorRef<Command> processor = processor(FailureAction.CONTINUE);
            processor.tell(deliver(1, 1, alice, "provide", "a"));

            alice.expectMessage(failed(1, 0, "ServiceConfigurationError: no such provider"));
            call("a").stage().complete("");
            alice.expectMessage(done(1));
        }

        @Test
        void answersNothingAfterAFrameThatClosesTheConnection() throws InterruptedException {
            ActorRef<Command> processor = processor(FailureAction.CLOSE);
            processor.tell(deliver(1, 1, alice, "a", "b"));
            processor.tell(deliver(1, 2, alice, "c"));
            Call first = call("a", "b");
            call("c").stage().complete("");
            first.stage().completeExceptionally(broken());
            alice.expectMessage(new Failed(1, 0, 1, REASON, FailureAction.CLOSE, List.of()));
            processor.tell(deliver(1, 3, alice, "d"));
            processor.tell(deliver(2, 1, bob, "e"));
            call("e").stage().complete("");

            bob.expectMessage(done(1));
            alice.expectNoMessage(Duration.ZERO);
        }

        /** The processor stays, and so would what it keeps of the connection. */
        @Test
        void tellsOfTheEndAlsoOfAConnectionThatAFrameHasClosed() throws InterruptedException {
            ActorRef<Command> processor = processor(FailureAction.CLOSE);
            processor.tell(deliver(1, 1, alice, "throw"));
            alice.expectMessageClass(Failed.class);
            processor.tell(close(1));
            processor.tell(close(2));

            assertThat(seen.take()).isEqualTo("closed c1");
        }

        @Test
        void givesABatchUpAfterSoManyRedeliveries() throws InterruptedException {
            ActorRef<Command> processor = attach(supervisor(FailureAction.QUARANTINE, SHORT, 0, 100));
            processor.tell(deliver(1, 1, alice, "a", "b", "c"));
            call("a", "b", "c").stage().completeExceptionally(broken());

            alice.expectMessage(new Failed(1, 0, 1, REASON, FailureAction.QUARANTINE, List.of()));
            alice.expectMessage(new Failed(
                    1, 1, 2, "not processed, as a frame of its batch has failed", FailureAction.QUARANTINE, List.of()));
        }
    }

    @Nested
    class Outages {
        @Test
        void holdTheirBatchWhileOthersGoOn() throws InterruptedException {
            ActorRef<Command> processor = processor(FailureAction.CLOSE);
            processor.tell(deliver(1, 1, alice, "a", "b"));
            call("a", "b").stage().completeExceptionally(new FrameFailedException(1, down()));
            Suspended suspended = watcher.expectMessageClass(Suspended.class);
            assertThat(suspended.reason()).isEqualTo("the host is down");
            processor.tell(deliver(2, 1, bob, "c"));
            Call again = calls.take();
            Call other = calls.take();
            (again.frames().equals(List.of("c")) ? again : other).stage().complete("");
            bob.expectMessage(done(1));
            Call held = again.frames().equals(List.of("b")) ? again : other;
            assertThat(held.frames()).containsExactly("b");
            watcher.expectNoMessage(Duration.ZERO);

            held.stage().complete("");
            alice.expectMessage(done(1));
            watcher.expectMessage(new Available());
        }

        @Test
        void endWithTheConnectionThatWaited() throws InterruptedException {
            ActorRef<Command> processor = processor(FailureAction.CLOSE);
            processor.tell(deliver(1, 1, alice, "a"));
            call("a").stage().completeExceptionally(down());
            watcher.expectMessageClass(Suspended.class);
            processor.tell(close(1));

            watcher.expectMessage(new Available());
        }
    }

    @Nested
    class OutagesOfConnectionsThatHaveEnded {
        @Test
        void suspendNothingForLong() throws InterruptedException {
            ActorRef<Command> processor = processor(FailureAction.CLOSE);
            processor.tell(deliver(1, 1, alice, "a"));
            Call call = call("a");
            processor.tell(close(1));
            assertThat(seen.take()).isEqualTo("closed c1");
            call.stage().completeExceptionally(down());

            watcher.expectMessageClass(Suspended.class);
            watcher.expectMessage(new Available());
        }

        @Test
        void endAlsoWhenTheirBatchIsNeverDone() throws InterruptedException {
            ActorRef<Command> processor = processor(FailureAction.CLOSE);
            processor.tell(deliver(1, 1, alice, "a"));
            call("a").stage().completeExceptionally(down());
            watcher.expectMessageClass(Suspended.class);
            call("a");
            processor.tell(close(1));

            watcher.expectMessage(new Available());
        }
    }

    @Nested
    class Circuits {
        @Test
        void tryOneFrameAfterFailuresInARow() throws InterruptedException {
            ActorRef<Command> processor = attach(supervisor(FailureAction.CONTINUE, SHORT, 16, 2));
            processor.tell(deliver(1, 1, alice, "a"));
            processor.tell(deliver(1, 2, alice, "b"));
            call("a").stage().completeExceptionally(broken());
            call("b").stage().completeExceptionally(broken());
            watcher.expectMessageClass(Suspended.class);
            watcher.expectMessage(new Available());
            processor.tell(deliver(1, 3, alice, "c"));
            call("c").stage().completeExceptionally(broken());
            watcher.expectMessageClass(Suspended.class);
        }

        @Test
        void holdBatchesUntilOneFrameIsProcessed() throws InterruptedException {
            ActorRef<Command> processor = attach(supervisor(FailureAction.CONTINUE, SHORT, 16, 1));
            processor.tell(deliver(1, 1, alice, "a", "b", "c"));
            call("a", "b", "c").stage().completeExceptionally(broken());
            call("b").stage().complete("");
            call("c").stage().complete("");

            alice.expectMessage(failed(1, 0, REASON));
            alice.expectMessage(done(1));
            watcher.expectMessageClass(Suspended.class);
            watcher.expectMessage(new Available());
        }
    }

    @Nested
    class WhereOnlyABlockingOneWillDo {
        @Test
        void waitsForEachBatch() throws Exception {
            Processor blocking = Processors.async(() -> (session, frames) -> CompletableFuture.completedStage(""))
                    .create();
            blocking.processAll(FakeSession.raw(1), Messages.frames("a"));

            assertThat(blocking.reaches()).isEqualTo(AckStep.PROCESSED);
        }

        @Test
        void throwsWhatTheStageFailsWith() throws Exception {
            IOException broken = broken();
            Processor blocking = Processors.async(() -> (session, frames) -> CompletableFuture.failedStage(broken))
                    .create();

            assertThatThrownBy(() -> blocking.process(FakeSession.raw(1), ByteString.fromString("a")))
                    .isSameAs(broken);
        }
    }
}
