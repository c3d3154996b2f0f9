package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.ConnectionProtocol.Drain;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.FramingSettings;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.QuarantineProtocol;
import io.penstock.protocol.QuarantineProtocol.Kept;
import io.penstock.protocol.QuarantineProtocol.NotKept;
import io.penstock.protocol.QuarantineProtocol.Put;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import io.penstock.protocol.TlsSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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

    private final TestProbe<ProcessorProtocol.Command> processor = KIT.createTestProbe();
    private final TestProbe<SupervisorProtocol.Command> supervisor = KIT.createTestProbe();
    private final TestProbe<QuarantineProtocol.Command> quarantine = KIT.createTestProbe();
    private final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
    private final FakeWiring socket = new FakeWiring(KIT);

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private ActorRef<Command> open(String... settings) {
        return open(Optional.of(quarantine.getRef()), settings);
    }

    private ActorRef<Command> open(Optional<ActorRef<QuarantineProtocol.Command>> keeper, String... settings) {
        return open(keeper, told(ServerSettings.from(Harness.config(String.join("\n", settings)))));
    }

    private ActorRef<Command> open(Optional<ActorRef<QuarantineProtocol.Command>> keeper, ServerSettings read) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        ConnectionInfo info = new ConnectionInfo(
                7,
                ConnectionInfo.DEFAULT_LISTENER,
                address,
                address,
                read.framing().protocol(),
                null);
        ActorRef<Command> connection = KIT.spawn(ConnectionActor.create(
                info,
                socket,
                new ConnectionContext(
                        read,
                        supervisor.getRef(),
                        events::add,
                        keeper,
                        new MemoryBudget(Long.MAX_VALUE),
                        new IdentityRates(read.identityRate()))));
        supervisor.expectMessageClass(Attach.class).replyTo().tell(new Attached(processor.getRef()));
        socket.handshake.join().accept(new TlsSession("TLSv1.3", "TLS_AES_128_GCM_SHA256"));
        processor.expectMessageClass(Open.class);
        return connection;
    }

    private static ServerSettings told(ServerSettings s) {
        FramingSettings framing = new FramingSettings(
                ToldLines.PROTOCOL,
                s.framing().limits(),
                s.framing().windowFrames(),
                s.framing().windowBytes());
        return s.withFraming(framing);
    }

    private Deliver delivered() {
        return processor.expectMessageClass(Deliver.class);
    }

    private static void done(Deliver batch, AckStep step, String... replies) {
        List<ByteString> payloads =
                List.of(replies).stream().map(ByteString::fromString).toList();
        batch.replyTo().tell(new Done(batch.batch(), step, payloads));
    }

    private static void fail(Deliver batch, int frame, int frames, FailureAction action) {
        batch.replyTo().tell(new Failed(batch.batch(), frame, frames, "bad luck", action, List.of()));
    }

    private Closed closed() throws InterruptedException {
        while (true) {
            if (events.take() instanceof Closed closed) {
                return closed;
            }
        }
    }

    @Nested
    class Steps {
        @Test
        void acknowledgesWhatWasReceivedBeforeTheProcessorAnswers() {
            open("ack = received");
            socket.peerSends("a\nb\n");
            delivered();
            assertThat(socket.peerReceives()).isEqualTo("+0,1\n");
        }

        @Test
        void acknowledgesEachFrameOnceWithReceived() {
            open("ack = received");
            socket.peerSends("a\n");
            Deliver batch = delivered();
            assertThat(socket.peerReceives()).isEqualTo("+0\n");
            done(batch, AckStep.STORED, "reply");
            assertThat(socket.peerReceives()).isEqualTo("reply\n");
        }

        @Test
        void acknowledgesAfterTheRepliesWhenTheProcessorIsDone() {
            open("ack = processed");
            socket.peerSends("a\nb\n");
            done(delivered(), AckStep.PROCESSED, "reply");
            assertThat(socket.peerReceives()).isEqualTo("reply\n+0,1\n");
        }

        @Test
        void isContentWithMoreThanItAcknowledges() {
            open("ack = processed");
            socket.peerSends("a\n");
            done(delivered(), AckStep.STORED);
            assertThat(socket.peerReceives()).isEqualTo("+0\n");
        }

        @Test
        void neverClaimsMoreThanHappened() throws InterruptedException {
            open("ack = stored");
            socket.peerSends("a\n");
            done(delivered(), AckStep.PROCESSED);
            assertThat(socket.peerReceives()).isEqualTo("bye\n");
            socket.peerEnds();
            ConnectionEnd end = closed().end();
            assertThat(end.kind()).isEqualTo(Kind.PROCESSOR_FAILED);
            assertThat(end.detail())
                    .isEqualTo("a batch is processed by the processor (expected: stored, which is acknowledged)");
        }

        @Test
        void saysNothingWhenNothingIsToBeAcknowledged() {
            open("ack = none");
            socket.peerSends("a\n");
            done(delivered(), AckStep.STORED, "reply");
            assertThat(socket.peerReceives()).isEqualTo("reply\n");
        }

        @Test
        void acknowledgesEverythingBeforeItTakesItsLeave() {
            ActorRef<Command> connection = open("ack = processed");
            socket.peerSends("a\n");
            Deliver batch = delivered();
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
            Deliver batch = delivered();
            done(batch, AckStep.PROCESSED);
            assertThat(socket.peerReceives()).isEqualTo("+0\n");
            assertThat(socket.peerReceives()).isEqualTo("farewell\n");
            assertThat(socket.peerReceives()).isEqualTo("<end>");
            socket.peerEnds();
            assertThat(closed().end().kind()).isEqualTo(Kind.END_OF_STREAM);
            assertThat(processor.expectMessageClass(Close.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
        }
    }

    @Nested
    class Failures {
        @Test
        void refusesTheFrameThatCouldNotBeProcessedAndGoesOn() {
            open("ack = processed");
            socket.peerSends("a\nb\nc\n");
            Deliver batch = delivered();
            fail(batch, 1, 1, FailureAction.CONTINUE);
            assertThat(socket.peerReceives()).isEqualTo("+0\n-1 bad luck\n");
            done(batch, AckStep.PROCESSED);
            assertThat(socket.peerReceives()).isEqualTo("+2\n");
        }

        @Test
        void refusesTheFrameBeforeItCloses() {
            open("ack = processed");
            socket.peerSends("a\nb\n");
            fail(delivered(), 0, 1, FailureAction.CLOSE);
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
            Deliver batch = delivered();
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
            assertThat(closed().summary()).satisfies(summary -> {
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
            Deliver first = delivered();
            Deliver second = delivered();
            fail(first, 0, 1, FailureAction.QUARANTINE);
            done(second, AckStep.PROCESSED, "reply");
            quarantine.expectMessageClass(Put.class).replyTo().tell(new Kept());
            assertThat(socket.peerReceives() + socket.peerReceives()).isEqualTo("+0\nreply\n+0\n");
        }

        @Test
        void setsAsideAllThatFailedTogether() {
            open("ack = processed");
            socket.peerSends("a\nb\n");
            fail(delivered(), 0, 2, FailureAction.QUARANTINE);
            quarantine.expectMessageClass(Put.class).replyTo().tell(new Kept());
            assertThat(socket.peerReceives()).isEqualTo("+0\n");
            quarantine.expectMessageClass(Put.class).replyTo().tell(new Kept());
            assertThat(socket.peerReceives()).isEqualTo("+1\n");
        }

        @Test
        void closesWithoutAcknowledgingWhatIsNotKept() throws InterruptedException {
            open("ack = processed");
            socket.peerSends("a\n");
            fail(delivered(), 0, 1, FailureAction.QUARANTINE);
            quarantine.expectMessageClass(Put.class).replyTo().tell(new NotKept("it is full"));
            assertThat(socket.peerReceives()).isEqualTo("-0 it is full\n");
            assertThat(socket.peerReceives()).isEqualTo("bye\n");
            socket.peerEnds();
            assertThat(closed().end().detail()).isEqualTo("a frame could not be set aside: it is full");
        }

        @Test
        void saysWhyAFrameIsLostThatWasNotKeptWhenThePeerHadEnded() throws InterruptedException {
            ActorRef<Command> connection = open("ack = processed");
            socket.peerSends("a\n");
            fail(delivered(), 0, 1, FailureAction.QUARANTINE);
            Put put = quarantine.expectMessageClass(Put.class);
            socket.peerEnds();
            allReadUpTo(connection);
            put.replyTo().tell(new NotKept("it is full"));
            assertThat(socket.peerReceives()).isEqualTo("-0 it is full\n");
            assertThat(socket.peerReceives()).isEqualTo("bye\n");
            ConnectionEnd end = closed().end();
            assertThat(end.kind()).isEqualTo(Kind.PROCESSOR_FAILED);
            assertThat(end.detail()).isEqualTo("a frame could not be set aside: it is full");
        }

        @Test
        void closesWhenThereIsNone() throws InterruptedException {
            open(Optional.empty(), "ack = processed");
            socket.peerSends("a\n");
            fail(delivered(), 0, 1, FailureAction.QUARANTINE);
            assertThat(socket.peerReceives()).isEqualTo("bye\n");
            socket.peerEnds();
            assertThat(closed().end().detail())
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
            Deliver batch = delivered();
            fail(batch, 0, 2, FailureAction.QUARANTINE);
            done(batch, AckStep.PROCESSED);
            quarantine.expectMessageClass(Put.class).replyTo().tell(new NotKept("it is full"));
            quarantine.expectMessageClass(Put.class).replyTo().tell(new Kept());
            assertThat(socket.peerReceives()).isEqualTo("-0 it is full\n");
            assertThat(socket.peerReceives()).isEqualTo("bye\n");
            socket.peerEnds();
            assertThat(closed().summary()).satisfies(summary -> {
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
            Deliver first = delivered();
            socket.peerSends("toolong\n");
            rejected();
            socket.peerSends("two\n");
            allReadUpTo(connection);
            processor.expectNoMessage(Duration.ZERO);
            done(first, AckStep.PROCESSED);
            assertThat(delivered().frames()).hasSize(1);
        }

        @Test
        void readsNoMoreThanItsWindowWhileSendersAreStillToBeToldOfFramesThatWereKept() throws InterruptedException {
            ActorRef<Command> connection =
                    open("ack = processed", "max-frame-size = 4B", "on-bad-frame = quarantine", "window.frames = 2");
            socket.peerSends("one\n");
            Deliver first = delivered();
            socket.peerSends("toolong\n");
            quarantine.expectMessageClass(Put.class).replyTo().tell(new Kept());
            socket.peerSends("two\n");
            allReadUpTo(connection);
            processor.expectNoMessage(Duration.ZERO);
            done(first, AckStep.PROCESSED);
            assertThat(delivered().frames()).hasSize(1);
        }

        private void rejected() throws InterruptedException {
            while (!(events.take() instanceof ConnectionEvent.Rejected)) {
                // Others come before it.
            }
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
            assertThat(delivered().frames()).hasSize(1);
        }
    }

    /** Lines whose sender is told a number for each, in their order, whatever becomes of them. */
    @Nested
    class Numbers {
        private void open(String... settings) {
            String all = "protocol = lines, lines.reply = count, max-frame-size = 5B\n" + String.join("\n", settings);
            AcknowledgementTest.this.open(Optional.of(quarantine.getRef()), ServerSettings.from(Harness.config(all)));
        }

        private void keep() {
            quarantine.expectMessageClass(Put.class).replyTo().tell(new Kept());
        }

        /** As many bytes as expected, in however many writes. */
        private void expect(String text) {
            StringBuilder received = new StringBuilder();
            while (received.length() < text.length()) {
                received.append(socket.peerReceives());
            }
            assertThat(received).hasToString(text);
        }

        @Test
        void areInOrderWhenTheQuarantineIsSlow() {
            open("ack = processed", "on-bad-frame = quarantine");
            socket.peerSends("one\ntoo long\ntwo\n");
            done(delivered(), AckStep.PROCESSED);
            socket.peerSends("three\n");
            done(delivered(), AckStep.PROCESSED);
            keep();
            expect("1\n2\n3\n4\n");
        }

        @Test
        void areInOrderWhenTheProcessorIsSlow() {
            open("ack = processed", "on-bad-frame = quarantine");
            socket.peerSends("too long\none\ntoo long\n");
            Deliver batch = delivered();
            keep();
            keep();
            done(batch, AckStep.PROCESSED);
            expect("1\n2\n3\n");
        }

        @Test
        void areInOrderWhenTheyAreToldAtOnce() {
            open("ack = received", "on-bad-frame = quarantine");
            socket.peerSends("one\ntoo long\ntwo\n");
            delivered();
            socket.peerSends("three\n");
            delivered();
            keep();
            expect("1\n2\n3\n4\n");
        }

        @Test
        void areInOrderWhenReadsBringNothingElse() {
            open("ack = processed", "on-bad-frame = quarantine");
            socket.peerSends("too long\n");
            keep();
            expect("1\n");
            socket.peerSends("one\n");
            Deliver batch = delivered();
            socket.peerSends("too long\n");
            keep();
            done(batch, AckStep.PROCESSED);
            expect("2\n3\n");
        }

        @Test
        void areInOrderWhenTheProcessorFailsBeforeABadFrame() {
            open("ack = processed", "on-bad-frame = quarantine");
            socket.peerSends("one\n");
            fail(delivered(), 0, 1, FailureAction.QUARANTINE);
            Put failed = quarantine.expectMessageClass(Put.class);
            socket.peerSends("too long\n");
            Put bad = quarantine.expectMessageClass(Put.class);
            failed.replyTo().tell(new Kept());
            expect("1\n");
            bad.replyTo().tell(new Kept());
            expect("2\n");
        }

        @Test
        void areInOrderWhenABadFrameIsKeptBeforeEarlierFramesAreDone() {
            open("ack = processed", "on-bad-frame = quarantine");
            socket.peerSends("one\n");
            Deliver first = delivered();
            socket.peerSends("too long\ntwo\n");
            Deliver second = delivered();
            keep();
            done(first, AckStep.PROCESSED);
            done(second, AckStep.PROCESSED);
            expect("1\n2\n3\n");
        }

        @Test
        void areInOrderWhenACommandIsRefusedBehindAFrameOnItsWay() {
            AcknowledgementTest.this.open(
                    Optional.of(quarantine.getRef()),
                    ServerSettings.from(Harness.config(
                            "protocol = relp, ack = processed, max-frame-size = 5B, on-bad-frame = quarantine")));
            socket.peerSends("1 open 30 relp_version=1\ncommands=syslog\n");
            assertThat(socket.peerReceives()).startsWith("1 rsp ");
            socket.peerSends("2 syslog 8 too long\n");
            Put put = quarantine.expectMessageClass(Put.class);
            socket.peerSends("3 syslog 8 too long\n4 unknown 0\n");
            keep();
            put.replyTo().tell(new Kept());
            expect("""
                    2 rsp 6 200 OK
                    3 rsp 6 200 OK
                    4 rsp 47 500 command unknown (expected: syslog or close)
                    0 serverclose 0
                    """);
        }

        @Test
        void areInOrderWhenFramesAreDropped() {
            open("ack = processed", "on-bad-frame = drop");
            socket.peerSends("one\ntoo long\ntwo\n");
            done(delivered(), AckStep.PROCESSED);
            expect("1\n2 refused: line of 8 bytes or more (expected: <= 5)\n3\n");
        }

        @Test
        void tellOfEverythingBeforeTheFrameThatClosesTheConnection() {
            open("ack = processed");
            socket.peerSends("one\ntoo long\ntwo\n");
            done(delivered(), AckStep.PROCESSED);
            expect("1\n2 refused: line of 8 bytes or more (expected: <= 5)\n");
        }
    }
}
