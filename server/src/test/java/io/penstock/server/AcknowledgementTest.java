package io.penstock.server;

import static io.penstock.server.ConnectionRig.done;
import static io.penstock.server.ConnectionRig.fail;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Rejected;
import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.ConnectionProtocol.Drain;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.FramingSettings;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.QuarantineProtocol;
import io.penstock.protocol.QuarantineProtocol.Kept;
import io.penstock.protocol.QuarantineProtocol.NotKept;
import io.penstock.protocol.QuarantineProtocol.Put;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a sender is told, and when. The protocol is {@link ToldLines}. */
class AcknowledgementTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final ConnectionRig rig = new ConnectionRig(KIT);
    private final TestProbe<ProcessorProtocol.Command> processor = rig.processor;
    private final TestProbe<QuarantineProtocol.Command> quarantine = rig.quarantine;
    private final FakeWiring socket = rig.socket;

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private ActorRef<Command> open(String... settings) {
        ServerSettings read = ServerSettings.from(Harness.config(String.join("\n", settings)));
        FramingSettings framing = read.framing();
        return rig.open(read.withFraming(new FramingSettings(
                ToldLines.PROTOCOL, framing.limits(), framing.windowFrames(), framing.windowBytes())));
    }

    @Nested
    class Steps {
        @Test
        void acknowledgesWhatWasReceivedBeforeTheProcessorAnswers() {
            open("ack = received");
            socket.peerSends("a\nb\n");
            rig.delivered();
            assertThat(socket.peerReceives()).isEqualTo("+0,1\n");
        }

        @Test
        void acknowledgesEachFrameOnceWithReceived() {
            open("ack = received");
            socket.peerSends("a\n");
            Deliver batch = rig.delivered();
            assertThat(socket.peerReceives()).isEqualTo("+0\n");
            done(batch, AckStep.STORED, "reply");
            assertThat(socket.peerReceives()).isEqualTo("reply\n");
        }

        @Test
        void acknowledgesAfterTheRepliesWhenTheProcessorIsDone() {
            open("ack = processed");
            socket.peerSends("a\nb\n");
            done(rig.delivered(), AckStep.PROCESSED, "reply");
            assertThat(socket.peerReceives()).isEqualTo("reply\n+0,1\n");
        }

        @Test
        void isContentWithMoreThanItAcknowledges() {
            open("ack = processed");
            socket.peerSends("a\n");
            done(rig.delivered(), AckStep.STORED);
            assertThat(socket.peerReceives()).isEqualTo("+0\n");
        }

        @Test
        void neverClaimsMoreThanHappened() throws InterruptedException {
            open("ack = stored");
            socket.peerSends("a\n");
            done(rig.delivered(), AckStep.PROCESSED);
            assertThat(socket.peerReceives()).isEqualTo("bye\n");
            socket.peerEnds();
            ConnectionEnd end = rig.await(Closed.class).end();
            assertThat(end.kind()).isEqualTo(Kind.PROCESSOR_FAILED);
            assertThat(end.detail())
                    .isEqualTo("a batch is processed by the processor (expected: stored, which is acknowledged)");
        }

        @Test
        void saysNothingWhenNothingIsToBeAcknowledged() {
            open("ack = none");
            socket.peerSends("a\n");
            done(rig.delivered(), AckStep.STORED, "reply");
            assertThat(socket.peerReceives()).isEqualTo("reply\n");
        }

        @Test
        void acknowledgesEverythingBeforeItTakesItsLeave() {
            ActorRef<Command> connection = open("ack = processed");
            socket.peerSends("a\n");
            Deliver batch = rig.delivered();
            connection.tell(new Drain());
            done(batch, AckStep.PROCESSED);
            assertThat(socket.peerReceives()).isEqualTo("+0\n");
            assertThat(socket.peerReceives()).isEqualTo("bye\n");
            assertThat(socket.peerReceives()).isEqualTo("<end>");
        }
    }

    @Nested
    class Conversation {
        @Test
        void answersForTheProtocolAtOnce() {
            open("ack = processed");
            socket.peerSends("HELLO\n");
            assertThat(socket.peerReceives()).isEqualTo("hello to you\n");
        }

        @Test
        void saysFarewellOnceEverythingIsAcknowledged() throws InterruptedException {
            open("ack = processed");
            socket.peerSends("a\nQUIT\n");
            Deliver batch = rig.delivered();
            done(batch, AckStep.PROCESSED);
            assertThat(socket.peerReceives()).isEqualTo("+0\n");
            assertThat(socket.peerReceives()).isEqualTo("farewell\n");
            assertThat(socket.peerReceives()).isEqualTo("<end>");
            socket.peerEnds();
            assertThat(rig.await(Closed.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
            assertThat(processor.expectMessageClass(Close.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
        }
    }

    @Nested
    class Failures {
        @Test
        void refusesTheFrameThatCouldNotBeProcessedAndGoesOn() {
            open("ack = processed");
            socket.peerSends("a\nb\nc\n");
            Deliver batch = rig.delivered();
            fail(batch, 1, 1, FailureAction.CONTINUE);
            assertThat(socket.peerReceives()).isEqualTo("+0\n-1 bad luck\n");
            done(batch, AckStep.PROCESSED);
            assertThat(socket.peerReceives()).isEqualTo("+2\n");
        }

        @Test
        void refusesTheFrameBeforeItCloses() {
            open("ack = processed");
            socket.peerSends("a\nb\n");
            fail(rig.delivered(), 0, 1, FailureAction.CLOSE);
            assertThat(socket.peerReceives()).isEqualTo("-0 bad luck\n");
            assertThat(socket.peerReceives()).isEqualTo("bye\n");
        }
    }

    @Nested
    class Quarantine {
        @Test
        void acknowledgesWhatIsSetAsideOnceItIsKept() throws InterruptedException {
            open("ack = processed");
            socket.peerSends("a\nb\nc\n");
            Deliver batch = rig.delivered();
            fail(batch, 1, 1, FailureAction.QUARANTINE);
            assertThat(socket.peerReceives()).isEqualTo("+0\n");
            Put put = quarantine.expectMessageClass(Put.class);
            assertThat(put.item().payload().utf8String()).isEqualTo("b");
            assertThat(put.item().reason()).isEqualTo("processor-failed");
            assertThat(put.item().detail()).isEqualTo("bad luck");
            assertThat(put.item().connection().id()).isEqualTo(7);
            put.replyTo().tell(new Kept());
            assertThat(socket.peerReceives()).isEqualTo("+1\n");
            done(batch, AckStep.PROCESSED);
            assertThat(socket.peerReceives()).isEqualTo("+2\n");
            socket.peerEnds();
            assertThat(rig.await(Closed.class).summary()).satisfies(summary -> {
                assertThat(summary.framesProcessed()).isEqualTo(2);
                assertThat(summary.framesQuarantined()).isEqualTo(1);
                assertThat(summary.framesLost()).isZero();
            });
        }

        @Test
        void keepsTheOrderOfAcknowledgementsWhileAFrameIsOnItsWay() {
            open("ack = processed");
            socket.peerSends("a\n");
            socket.peerSends("b\n");
            Deliver first = rig.delivered();
            Deliver second = rig.delivered();
            fail(first, 0, 1, FailureAction.QUARANTINE);
            done(second, AckStep.PROCESSED, "reply");
            quarantine.expectMessageClass(Put.class).replyTo().tell(new Kept());
            assertThat(socket.peerReceives() + socket.peerReceives()).isEqualTo("+0\nreply\n+0\n");
        }

        @Test
        void setsAsideAllThatFailedTogether() {
            open("ack = processed");
            socket.peerSends("a\nb\n");
            fail(rig.delivered(), 0, 2, FailureAction.QUARANTINE);
            quarantine.expectMessageClass(Put.class).replyTo().tell(new Kept());
            assertThat(socket.peerReceives()).isEqualTo("+0\n");
            quarantine.expectMessageClass(Put.class).replyTo().tell(new Kept());
            assertThat(socket.peerReceives()).isEqualTo("+1\n");
        }

        @Test
        void closesWithoutAcknowledgingWhatIsNotKept() throws InterruptedException {
            open("ack = processed");
            socket.peerSends("a\n");
            fail(rig.delivered(), 0, 1, FailureAction.QUARANTINE);
            quarantine.expectMessageClass(Put.class).replyTo().tell(new NotKept("it is full"));
            assertThat(socket.peerReceives()).isEqualTo("-0 it is full\n");
            assertThat(socket.peerReceives()).isEqualTo("bye\n");
            socket.peerEnds();
            assertThat(rig.await(Closed.class).end().detail()).isEqualTo("a frame could not be set aside: it is full");
        }

        @Test
        void saysWhyAFrameIsLostThatWasNotKeptWhenThePeerHadEnded() throws InterruptedException {
            ActorRef<Command> connection = open("ack = processed");
            socket.peerSends("a\n");
            fail(rig.delivered(), 0, 1, FailureAction.QUARANTINE);
            Put put = quarantine.expectMessageClass(Put.class);
            socket.peerEnds();
            allReadUpTo(connection);
            put.replyTo().tell(new NotKept("it is full"));
            assertThat(socket.peerReceives()).isEqualTo("-0 it is full\n");
            assertThat(socket.peerReceives()).isEqualTo("bye\n");
            ConnectionEnd end = rig.await(Closed.class).end();
            assertThat(end.kind()).isEqualTo(Kind.PROCESSOR_FAILED);
            assertThat(end.detail()).isEqualTo("a frame could not be set aside: it is full");
        }

        @Test
        void closesWhenThereIsNone() throws InterruptedException {
            rig.keeper = Optional.empty();
            open("ack = processed");
            socket.peerSends("a\n");
            fail(rig.delivered(), 0, 1, FailureAction.QUARANTINE);
            assertThat(socket.peerReceives()).isEqualTo("bye\n");
            socket.peerEnds();
            assertThat(rig.await(Closed.class).end().detail())
                    .isEqualTo("a frame should be set aside, and there is no quarantine: bad luck");
        }

        @Test
        void setsAsideAFrameThatIsTooLongAndHoldsTheConnectionOpenForIt() {
            open("ack = processed", "max-frame-size = 4B", "on-bad-frame = quarantine");
            socket.peerSends("toolong\n");
            Put put = quarantine.expectMessageClass(Put.class);
            assertThat(put.item().reason()).isEqualTo("too-long");
            assertThat(put.item().payload().utf8String()).isEqualTo("tool");
            assertThat(put.item().frameSize()).isEqualTo(7);
            socket.peerEnds();
            put.replyTo().tell(new Kept());
            assertThat(socket.peerReceives()).isEqualTo("<end>");
        }

        @Test
        void countsWhatIsNotKeptAsLostWhenWhatComesAfterItIsKept() throws InterruptedException {
            open("ack = processed");
            socket.peerSends("a\nb\nc\n");
            Deliver batch = rig.delivered();
            fail(batch, 0, 2, FailureAction.QUARANTINE);
            done(batch, AckStep.PROCESSED);
            quarantine.expectMessageClass(Put.class).replyTo().tell(new NotKept("it is full"));
            quarantine.expectMessageClass(Put.class).replyTo().tell(new Kept());
            assertThat(socket.peerReceives()).isEqualTo("-0 it is full\n");
            assertThat(socket.peerReceives()).isEqualTo("bye\n");
            socket.peerEnds();
            assertThat(rig.await(Closed.class).summary()).satisfies(summary -> {
                assertThat(summary.framesProcessed()).isEqualTo(1);
                assertThat(summary.framesQuarantined()).isEqualTo(1);
                assertThat(summary.framesLost()).isEqualTo(1);
                assertThat(summary.bytesLost()).isEqualTo(1);
            });
        }

        @Test
        void readsNoMoreThanItsWindowWhileSendersAreStillToBeToldOfFramesThatWereDropped() throws InterruptedException {
            ActorRef<Command> connection =
                    open("ack = processed", "max-frame-size = 4B", "on-bad-frame = drop", "window.frames = 2");
            socket.peerSends("one\n");
            Deliver first = rig.delivered();
            socket.peerSends("toolong\n");
            rig.await(Rejected.class);
            socket.peerSends("two\n");
            allReadUpTo(connection);
            processor.expectNoMessage(Duration.ZERO);
            done(first, AckStep.PROCESSED);
            assertThat(rig.delivered().frames()).hasSize(1);
        }

        @Test
        void readsNoMoreThanItsWindowWhileSendersAreStillToBeToldOfFramesThatWereKept() throws InterruptedException {
            ActorRef<Command> connection =
                    open("ack = processed", "max-frame-size = 4B", "on-bad-frame = quarantine", "window.frames = 2");
            socket.peerSends("one\n");
            Deliver first = rig.delivered();
            socket.peerSends("toolong\n");
            quarantine.expectMessageClass(Put.class).replyTo().tell(new Kept());
            socket.peerSends("two\n");
            allReadUpTo(connection);
            processor.expectNoMessage(Duration.ZERO);
            done(first, AckStep.PROCESSED);
            assertThat(rig.delivered().frames()).hasSize(1);
        }

        /** Twice through the actor and its stream: what the stream may read has come to the processor then. */
        private void allReadUpTo(ActorRef<Command> connection) {
            for (int i = 0; i < 2; i++) {
                connection.tell(new ProcessorProtocol.Send(List.of(ByteString.fromString("pushed"))));
                assertThat(socket.peerReceives()).isEqualTo("pushed\n");
            }
        }

        @Test
        void readsNoMoreThanItsWindowWhileFramesAreOnTheirWay() {
            open("max-frame-size = 4B", "on-bad-frame = quarantine", "window.frames = 1");
            socket.peerSends("toolong\n");
            socket.peerSends("ok\n");
            Put put = quarantine.expectMessageClass(Put.class);
            processor.expectNoMessage(Duration.ZERO);
            put.replyTo().tell(new Kept());
            assertThat(rig.delivered().frames()).hasSize(1);
        }
    }
}
