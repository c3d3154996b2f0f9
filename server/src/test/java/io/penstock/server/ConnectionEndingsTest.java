package io.penstock.server;

import static io.penstock.server.ConnectionRig.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.ConnectionProtocol.Cut;
import io.penstock.protocol.ConnectionProtocol.Drain;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Disconnect;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Send;
import io.penstock.protocol.ProcessorProtocol.Unserved;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.TlsSession;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.stream.StreamTcpException;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a connection ends, what becomes of its socket, and who is said to have ended it. */
class ConnectionEndingsTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final ConnectionRig rig = new ConnectionRig(KIT);
    private final TestProbe<ProcessorProtocol.Command> processor = rig.processor;
    private final FakeWiring socket = rig.socket;

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    @Nested
    class ByPeersAndOperators {
        @Test
        void endsAfterEverythingOwedHasBeenSent() throws InterruptedException {
            ActorRef<Command> connection = rig.open();
            socket.peerSends("a\nrest");
            Deliver first = rig.delivered();
            socket.peerEnds();
            Deliver last = rig.delivered();
            assertThat(last.frames()).containsExactly(ByteString.fromString("rest"));
            done(first, "1");
            done(last, "2");
            assertThat(processor.expectMessageClass(Close.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
            assertThat(socket.peerReceives()).isEqualTo("1\n");
            assertThat(socket.peerReceives()).isEqualTo("2\n");
            assertThat(socket.peerReceives()).isEqualTo("<end>");
            Closed closed = rig.await(Closed.class);
            assertThat(closed.summary().framesProcessed()).isEqualTo(2);
            assertThat(closed.summary().bytesIn()).isEqualTo(6);
            assertThat(closed.summary().bytesLost()).isZero();
            KIT.createTestProbe().expectTerminated(connection);
        }

        @Test
        void waitsForAnswersWhenThePeerIsGone() throws InterruptedException {
            rig.open();
            socket.peerSends("a\n");
            Deliver batch = rig.delivered();
            socket.peerFails(new StreamTcpException("reset by peer"));
            socket.toPeer.join().cancel();
            assertThat(rig.events.stream().noneMatch(Closed.class::isInstance)).isTrue();
            done(batch);
            assertThat(processor.expectMessageClass(Close.class).end())
                    .isEqualTo(new ConnectionEnd(Kind.RESET, "reset by peer"));
            assertThat(rig.await(Closed.class).summary().framesProcessed()).isEqualTo(1);
        }

        @Test
        void drainsWithoutReadingMore() throws InterruptedException {
            ActorRef<Command> connection = rig.open();
            socket.peerSends("a\n");
            Deliver batch = rig.delivered();
            connection.tell(new Drain());
            done(batch, "1");
            assertThat(socket.peerReceives()).isEqualTo("1\n");
            assertThat(socket.peerReceives()).isEqualTo("<end>");
            socket.peerSends("too late\n");
            socket.peerEnds();
            Closed closed = rig.await(Closed.class);
            assertThat(closed.end().kind()).isEqualTo(Kind.DRAINED);
            assertThat(closed.summary().framesIn()).isEqualTo(1);
            assertThat(closed.summary().bytesLost()).isEqualTo(9);
            processor.expectMessageClass(Close.class);
            processor.expectNoMessage(Duration.ZERO);
        }

        @Test
        void countsWhatIsUnansweredAsLostWhenItIsCut() throws InterruptedException {
            ActorRef<Command> connection = rig.open();
            socket.peerSends("a\nbc\n");
            rig.delivered();
            connection.tell(new Cut(new ConnectionEnd(Kind.CUT, "enough")));
            Closed closed = rig.await(Closed.class);
            assertThat(closed.end()).isEqualTo(new ConnectionEnd(Kind.CUT, "enough"));
            assertThat(closed.summary().framesLost()).isEqualTo(2);
            assertThat(closed.summary().bytesLost()).isEqualTo(3);
        }

        @Test
        void countsUntilItsSocketIsGone() throws InterruptedException {
            rig.open();
            socket.peerSends("a\n");
            Deliver batch = rig.delivered();
            socket.peerEnds();
            done(batch, FakeWiring.MUCH);
            processor.expectMessageClass(Close.class);
            processor.expectNoMessage(Duration.ofMillis(50));
            assertThat(rig.events.stream().noneMatch(Closed.class::isInstance)).isTrue();
            int received = 0;
            for (String piece = socket.peerReceives(); !piece.equals("<end>"); piece = socket.peerReceives()) {
                received += piece.length();
            }
            assertThat(received).isEqualTo(FakeWiring.MUCH.length() + 1);
            assertThat(rig.await(Closed.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
        }
    }

    @Nested
    class InHandshakes {
        @Test
        void failsWithoutAHandshakeInTime() throws InterruptedException {
            rig.spawn("handshake-timeout = 20ms");
            rig.attach();
            Failed failed = rig.await(Failed.class);
            assertThat(failed.end().kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(failed.end())
                    .asString()
                    .startsWith(
                            "timed out: TLS-HANDSHAKE-TIMEOUT: the handshake took too long: the client sent nothing within"
                                    + " 20 ms; remedy: ");
            processor.expectNoMessage(Duration.ZERO);
        }

        @Test
        void opensNothingWhenItIsDrainedBeforeItHearsOfItsHandshake() throws InterruptedException {
            ActorRef<Command> connection = rig.spawn();
            rig.attach();
            Consumer<TlsSession> handshaken = socket.handshake.join();
            connection.tell(new Drain());
            handshaken.accept(ConnectionRig.SESSION);
            assertThat(rig.await(Failed.class).end().kind()).isEqualTo(Kind.DRAINED);
            processor.expectNoMessage(Duration.ZERO);
        }

        @Test
        void letsAHandshakeEndThatHasBegunBeforeItIsDrained() throws InterruptedException {
            ActorRef<Command> connection = rig.spawn();
            rig.attach();
            Consumer<TlsSession> handshaken = socket.handshake.join();
            socket.progress.join().proxyHeader(false);
            connection.tell(new Drain());
            handshaken.accept(ConnectionRig.SESSION);
            assertThat(socket.peerReceives())
                    .as("in order, after the handshake")
                    .isEqualTo("<end>");
            socket.peerEnds();
            assertThat(rig.await(Failed.class).end().kind()).isEqualTo(Kind.DRAINED);
            processor.expectNoMessage(Duration.ZERO);
        }

        @Test
        void isCutWhenAHandshakeThatHasBegunDoesNotEndWhileItIsDrained() throws InterruptedException {
            ActorRef<Command> connection = rig.spawn("close-linger = 20ms");
            rig.attach();
            socket.handshake.join();
            socket.progress.join().proxyHeader(false);
            connection.tell(new Drain());
            // The peer has neither gone on nor closed.
            assertThat(rig.await(Failed.class).end().kind()).isEqualTo(Kind.DRAINED);
        }

        @Test
        void givesTheSocketUpWhenItIsDrainedBeforeItBegan() throws InterruptedException {
            ActorRef<Command> connection = rig.spawn();
            rig.supervisor.expectMessageClass(Attach.class);
            connection.tell(new Drain());
            assertThat(socket.rejected.join()).isTrue();
            assertThat(rig.await(Failed.class).end().kind()).isEqualTo(Kind.DRAINED);
        }
    }

    @Nested
    class ByTimes {
        @Test
        void keepsTheSocketForThePeersFinAndNoLongerThanItsLinger() throws InterruptedException {
            rig.spawn("close-linger = 50ms");
            Open open = rig.handshake();
            open.replyTo().tell(new Disconnect("enough"));
            assertThat(socket.peerReceives()).isEqualTo("<end>");
            assertThat(rig.await(Closed.class).end().kind()).isEqualTo(Kind.CLOSED_BY_PROCESSOR);
        }

        @Test
        void isResetWhenThePeerTakesNothingWhileItCloses() throws InterruptedException {
            rig.open("write-timeout = 50ms");
            socket.peerSends("a\n");
            done(rig.delivered(), FakeWiring.MUCH);
            socket.peerEnds();
            assertThat(rig.await(Closed.class).end())
                    .isEqualTo(
                            new ConnectionEnd(Kind.TIMED_OUT, "write-timeout", "the peer has taken nothing for 50 ms"));
        }

        @Test
        void isResetWhenThePeerTakesNothingWhileItIsOpen() throws InterruptedException {
            rig.spawn("write-timeout = 50ms", "window.bytes = 10B");
            Open open = rig.handshake();
            open.replyTo().tell(new Send(List.of(ByteString.fromString(FakeWiring.MUCH))));
            open.replyTo().tell(new Send(List.of(ByteString.fromString(FakeWiring.MUCH))));
            socket.peerSends("a\n");
            assertThat(rig.delivered().batch()).isEqualTo(1);
            done(new Deliver(7, 1, Frames.empty(), open.replyTo()));
            assertThat(rig.await(Closed.class).end())
                    .isEqualTo(
                            new ConnectionEnd(Kind.TIMED_OUT, "write-timeout", "the peer has taken nothing for 50 ms"));
            assertThat(rig.events.stream().noneMatch(ConnectionEvent.Faulted.class::isInstance))
                    .isTrue();
        }

        @Test
        void isIdleWhileItsRepliesWaitForAPeerThatDoesNotRead() throws InterruptedException {
            rig.open("idle-timeout = 50ms", "write-timeout = 500ms");
            socket.peerSends("a\n");
            done(rig.delivered(), FakeWiring.MUCH);
            assertThat(rig.await(Closed.class).end().code()).isEqualTo("idle-timeout");
        }

        @ParameterizedTest
        @CsvSource({
            "first-byte-timeout, no byte has come since it was opened for 20 ms",
            "read-idle-timeout, no byte has come for 20 ms",
            "write-idle-timeout, no byte has gone for 20 ms"
        })
        void endsInOrderAndByTheTimesOwnNameWhenNothingMoves(String key, String words) throws InterruptedException {
            rig.open(key + " = 20ms");
            assertThat(socket.peerReceives()).isEqualTo("<end>");
            socket.peerEnds();
            assertThat(rig.await(Closed.class).end()).isEqualTo(new ConnectionEnd(Kind.TIMED_OUT, key, words));
        }

        @Test
        void isNotSilentAfterItsFirstByteEvenWithoutAFrame() throws InterruptedException {
            rig.open("first-byte-timeout = 20ms", "read-idle-timeout = 100ms");
            socket.peerSends("a");
            assertThat(rig.await(Closed.class).end().code()).isEqualTo("read-idle-timeout");
        }

        @Test
        void answersWhatHasComeBeforeItEndsForItsAge() throws InterruptedException {
            rig.open("max-lifetime = 100ms", "max-lifetime-jitter = 0");
            socket.peerSends("a\npart of b");
            Deliver batch = rig.delivered();
            processor.expectNoMessage(Duration.ofMillis(200));
            done(batch, "1");
            assertThat(socket.peerReceives()).isEqualTo("1\n");
            assertThat(socket.peerReceives()).isEqualTo("<end>");
            socket.peerEnds();
            Closed closed = rig.await(Closed.class);
            assertThat(closed.end()).isEqualTo(new ConnectionEnd(Kind.TIMED_OUT, "max-lifetime", "open for 100 ms"));
            assertThat(closed.summary().framesProcessed()).isEqualTo(1);
            assertThat(closed.summary().framesLost()).isZero();
        }
    }

    @Nested
    class ByFaults {
        @Test
        void closesWhenAReplyCannotBeFramed() throws InterruptedException {
            rig.spawn();
            Open open = rig.handshake();
            open.replyTo().tell(new Send(List.of(ByteString.fromString("two\nlines"))));
            assertThat(socket.peerReceives()).isEqualTo("<end>");
            socket.peerEnds();
            assertThat(rig.await(Closed.class).end().toString())
                    .startsWith("processor failed: a line cannot hold its delimiter");
        }

        @Test
        void endsWhenTheProcessorStops() throws InterruptedException {
            rig.open();
            socket.peerSends("a\n");
            rig.delivered();
            processor.stop();
            assertThat(socket.peerReceives()).isEqualTo("<end>");
            socket.peerEnds();
            Closed closed = rig.await(Closed.class);
            assertThat(closed.end()).isEqualTo(new ConnectionEnd(Kind.PROCESSOR_FAILED, "the processor has stopped"));
            assertThat(closed.summary().framesLost()).isEqualTo(1);
        }

        @Test
        void endsWhenTheProcessorAnswersOutOfTurn() throws InterruptedException {
            rig.spawn();
            Open open = rig.handshake();
            open.replyTo().tell(new Done(99, AckStep.PROCESSED, List.of()));
            assertThat(socket.peerReceives()).isEqualTo("<end>");
            socket.peerEnds();
            assertThat(rig.await(Closed.class).end())
                    .isEqualTo(new ConnectionEnd(Kind.PROCESSOR_FAILED, "the processor answered batch 99 out of turn"));
        }

        @Test
        void endsWhenAReplyIsNull() throws InterruptedException {
            rig.open();
            socket.peerSends("a\n");
            Deliver batch = rig.delivered();
            batch.replyTo().tell(new Done(1, AckStep.PROCESSED, Arrays.asList((ByteString) null)));
            assertThat(socket.peerReceives()).isEqualTo("<end>");
            socket.peerEnds();
            Closed closed = rig.await(Closed.class);
            assertThat(closed.end().kind()).isEqualTo(Kind.PROCESSOR_FAILED);
            assertThat(closed.end().detail()).startsWith("a reply without bytes");
        }

        @Test
        void endsAsTheProcessorsFailureWhenItCannotServe() throws InterruptedException {
            rig.spawn();
            rig.handshake().replyTo().tell(new Unserved("IOException: no disk"));
            assertThat(socket.peerReceives()).isEqualTo("<end>");
            socket.peerEnds();
            assertThat(rig.await(Closed.class).end())
                    .isEqualTo(new ConnectionEnd(Kind.PROCESSOR_FAILED, "IOException: no disk"));
        }

        @Test
        void leavesNoSocketBehindWhenItFails() throws InterruptedException {
            rig.subscriber = event -> {
                if (event instanceof ConnectionEvent.Framed) {
                    throw new IllegalStateException("a subscriber with a fault");
                }
                rig.events.add(event);
            };
            rig.open();
            socket.peerSends("a\n");
            assertThat(processor.expectMessageClass(Close.class).end().kind()).isEqualTo(Kind.INTERNAL_ERROR);
            assertThat(rig.await(Closed.class).end().kind()).isEqualTo(Kind.INTERNAL_ERROR);
            assertThatThrownBy(socket::peerReceives).hasMessageContaining("reset by us");
        }
    }
}
