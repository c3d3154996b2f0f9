package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ConnectionProtocol;
import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.ConnectionProtocol.Cut;
import io.penstock.protocol.ConnectionProtocol.Drain;
import io.penstock.protocol.ConnectionProtocol.End;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Disconnect;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Send;
import io.penstock.protocol.ProcessorProtocol.Unserved;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import io.penstock.protocol.TlsSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.stream.StreamTcpException;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The actor and its stream, between two queues in the socket's place and a probe in the processor's. */
class ConnectionActorTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final TlsSession SESSION = new TlsSession("TLSv1.3", "TLS_AES_128_GCM_SHA256");

    private final TestProbe<ProcessorProtocol.Command> processor = KIT.createTestProbe();
    private final TestProbe<SupervisorProtocol.Command> supervisor = KIT.createTestProbe();
    private final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
    private final FakeWiring socket = new FakeWiring(KIT);
    private IdentityRates identities = new IdentityRates(new RateSettings(Optional.empty(), Optional.empty()));
    private MemoryBudget memory = new MemoryBudget(Long.MAX_VALUE);

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private ActorRef<Command> spawn(String... settings) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        ServerSettings read = ServerSettings.from(Harness.config("protocol = lines\n" + String.join("\n", settings)));
        socket.writeTimeout = read.times().write();
        ConnectionInfo info =
                new ConnectionInfo(7, ConnectionInfo.DEFAULT_LISTENER, address, address, Protocols.LINES, null);
        return spawn(info, read, events::add);
    }

    private ActorRef<Command> spawn(ConnectionInfo info, ServerSettings read, Subscriber subscriber) {
        return KIT.spawn(ConnectionActor.create(
                info,
                socket,
                new ConnectionContext(read, supervisor.getRef(), subscriber, Optional.empty(), memory, identities)));
    }

    private void attach() {
        Attach attach = supervisor.expectMessageClass(Attach.class);
        assertThat(attach.connection()).isEqualTo(7);
        attach.replyTo().tell(new Attached(processor.getRef()));
    }

    private Open open() {
        attach();
        socket.handshake.join().accept(SESSION);
        return processor.expectMessageClass(Open.class);
    }

    private <E extends ConnectionEvent> E event(Class<E> type) throws InterruptedException {
        while (true) {
            ConnectionEvent event = events.take();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    private static void done(Deliver batch, String... replies) {
        batch.replyTo()
                .tell(new Done(
                        batch.batch(),
                        AckStep.PROCESSED,
                        Arrays.stream(replies).map(ByteString::fromString).toList()));
    }

    @Test
    void tellsTheProcessorOfItselfBeforeAnyFrame() {
        spawn();
        Open open = open();
        assertThat(open.connection().tls()).isEqualTo(SESSION);
        socket.peerSends("one\ntwo\nthr");
        Deliver batch = processor.expectMessageClass(Deliver.class);
        assertThat(batch.connection()).isEqualTo(7);
        assertThat(batch.batch()).isEqualTo(1);
        assertThat(batch.frames())
                .isEqualTo(Frames.of(List.of(ByteString.fromString("one"), ByteString.fromString("two"))));
        socket.peerSends("ee\n");
        assertThat(processor.expectMessageClass(Deliver.class).frames())
                .containsExactly(ByteString.fromString("three"));
    }

    @Test
    void doesNotReadBeyondItsWindowUntilTheProcessorAnswers() {
        spawn("window.frames = 2");
        open();
        socket.peerSends("a\n");
        socket.peerSends("b\n");
        socket.peerSends("c\n");
        Deliver first = processor.expectMessageClass(Deliver.class);
        processor.expectMessageClass(Deliver.class);
        processor.expectNoMessage(Duration.ofMillis(100));
        done(first);
        assertThat(processor.expectMessageClass(Deliver.class).batch()).isEqualTo(3);
    }

    @Test
    void doesNotReadOnWhileTheMemoryOfAllIsUsedUp() {
        memory = new MemoryBudget(1);
        MemoryBudget.Share other = memory.share();
        other.holds(1);
        String read = "x".repeat(MemoryBudget.ALWAYS) + "\n";
        spawn("max-frame-size = 1MiB", "window.bytes = 1MiB");
        open();
        socket.peerSends(read);
        socket.peerSends(read);
        Deliver first = processor.expectMessageClass(Deliver.class);
        processor.expectNoMessage(Duration.ofMillis(100));
        assertThat(memory.used()).isGreaterThan(MemoryBudget.ALWAYS);
        done(first);
        processor.expectMessageClass(Deliver.class);
    }

    @Test
    void givesItsMemoryBackWhenItsLastFrameIsAnswered() throws InterruptedException {
        memory = new MemoryBudget(1 << 20);
        spawn();
        open();
        socket.peerSends("tea\nmilk");
        Deliver batch = processor.expectMessageClass(Deliver.class);
        socket.peerFails(new StreamTcpException("reset by peer"));
        socket.toPeer.join().cancel();
        processor.expectNoMessage(Duration.ofMillis(50));
        assertThat(memory.used()).isGreaterThanOrEqualTo("tea\n".length());
        done(batch);
        event(Closed.class);
        assertThat(memory.used()).isZero();
    }

    @Test
    void countsRepliesThatWaitForThePeer() throws InterruptedException {
        memory = new MemoryBudget(1L << 30);
        ActorRef<Command> connection = spawn();
        Open open = open();
        open.replyTo().tell(new Send(List.of(ByteString.fromString(MUCH))));
        open.replyTo().tell(new Send(List.of(ByteString.fromString(MUCH))));
        processor.awaitAssert(() -> assertThat(memory.used()).isGreaterThan(MUCH.length()));
        connection.tell(new Cut(ConnectionEnd.of(Kind.CUT)));
        event(Closed.class);
        assertThat(memory.used()).isZero();
    }

    @Test
    void doesNotReadWhileRepliesWaitToBeWritten() {
        String reply = "longer than the window, ".repeat(500);
        spawn("window.bytes = 10B");
        open();
        for (int i = 1; i <= 20; i++) {
            socket.peerSends("a\n");
        }
        // The peer reads nothing: a few reads are under way already, the others wait.
        int answered = 0;
        while (answered < 20) {
            try {
                done(processor.expectMessageClass(Deliver.class, Duration.ofMillis(200)), reply);
                answered++;
            } catch (AssertionError quiet) {
                break;
            }
        }
        assertThat(answered).isLessThan(10);
        StringBuilder replies = new StringBuilder();
        for (int left = 20 - answered; left > 0; left--) {
            replies.append(socket.peerReceives());
            done(processor.expectMessageClass(Deliver.class), reply);
        }
        socket.peerEnds();
        for (String next = socket.peerReceives(); !next.equals("<end>"); next = socket.peerReceives()) {
            replies.append(next);
        }
        assertThat(replies).hasToString((reply + "\n").repeat(20));
    }

    @Test
    void endsAfterEverythingOwedHasBeenSent() throws InterruptedException {
        ActorRef<Command> connection = spawn();
        open();
        socket.peerSends("a\nrest");
        Deliver first = processor.expectMessageClass(Deliver.class);
        socket.peerEnds();
        Deliver last = processor.expectMessageClass(Deliver.class);
        assertThat(last.frames()).containsExactly(ByteString.fromString("rest"));
        done(first, "1");
        done(last, "2");
        assertThat(processor.expectMessageClass(Close.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
        assertThat(socket.peerReceives()).isEqualTo("1\n");
        assertThat(socket.peerReceives()).isEqualTo("2\n");
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        Closed closed = event(Closed.class);
        assertThat(closed.summary().framesProcessed()).isEqualTo(2);
        assertThat(closed.summary().bytesIn()).isEqualTo(6);
        assertThat(closed.summary().bytesLost()).isZero();
        KIT.createTestProbe().expectTerminated(connection);
    }

    @Test
    void waitsForAnswersWhenThePeerIsGone() throws InterruptedException {
        spawn();
        open();
        socket.peerSends("a\n");
        Deliver batch = processor.expectMessageClass(Deliver.class);
        socket.peerFails(new StreamTcpException("reset by peer"));
        socket.toPeer.join().cancel();
        assertThat(events.stream().noneMatch(Closed.class::isInstance)).isTrue();
        done(batch);
        assertThat(processor.expectMessageClass(Close.class).end())
                .isEqualTo(new ConnectionEnd(Kind.RESET, "reset by peer"));
        assertThat(event(Closed.class).summary().framesProcessed()).isEqualTo(1);
    }

    @Test
    void drainsWithoutReadingMore() throws InterruptedException {
        ActorRef<Command> connection = spawn();
        open();
        socket.peerSends("a\n");
        Deliver batch = processor.expectMessageClass(Deliver.class);
        connection.tell(new Drain());
        done(batch, "1");
        assertThat(socket.peerReceives()).isEqualTo("1\n");
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerSends("too late\n");
        socket.peerEnds();
        Closed closed = event(Closed.class);
        assertThat(closed.end().kind()).isEqualTo(Kind.DRAINED);
        assertThat(closed.summary().framesIn()).isEqualTo(1);
        assertThat(closed.summary().bytesLost()).isEqualTo(9);
        processor.expectMessageClass(Close.class);
        processor.expectNoMessage(Duration.ZERO);
    }

    @Test
    void countsWhatIsUnansweredAsLostWhenItIsCut() throws InterruptedException {
        ActorRef<Command> connection = spawn();
        open();
        socket.peerSends("a\nbc\n");
        processor.expectMessageClass(Deliver.class);
        connection.tell(new Cut(new ConnectionEnd(Kind.CUT, "enough")));
        Closed closed = event(Closed.class);
        assertThat(closed.end()).isEqualTo(new ConnectionEnd(Kind.CUT, "enough"));
        assertThat(closed.summary().framesLost()).isEqualTo(2);
        assertThat(closed.summary().bytesLost()).isEqualTo(3);
    }

    @Test
    void keepsTheSocketForThePeersFinAndNoLongerThanItsLinger() throws InterruptedException {
        spawn("close-linger = 50ms");
        Open open = open();
        open.replyTo().tell(new Disconnect("enough"));
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        assertThat(event(Closed.class).end().kind()).isEqualTo(Kind.CLOSED_BY_PROCESSOR);
    }

    @Test
    void sendsOutsideOfAnswers() {
        spawn();
        Open open = open();
        open.replyTo().tell(new Send(List.of(ByteString.fromString("news"))));
        assertThat(socket.peerReceives()).isEqualTo("news\n");
    }

    @Test
    void closesWhenAReplyCannotBeFramed() throws InterruptedException {
        spawn();
        Open open = open();
        open.replyTo().tell(new Send(List.of(ByteString.fromString("two\nlines"))));
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        assertThat(event(Closed.class).end().toString())
                .startsWith("processor failed: a line cannot hold its delimiter");
    }

    @Test
    void endsWhenTheProcessorStops() throws InterruptedException {
        spawn();
        open();
        socket.peerSends("a\n");
        processor.expectMessageClass(Deliver.class);
        processor.stop();
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        Closed closed = event(Closed.class);
        assertThat(closed.end()).isEqualTo(new ConnectionEnd(Kind.PROCESSOR_FAILED, "the processor has stopped"));
        assertThat(closed.summary().framesLost()).isEqualTo(1);
    }

    @Test
    void endsWhenTheProcessorAnswersOutOfTurn() throws InterruptedException {
        spawn();
        Open open = open();
        open.replyTo().tell(new Done(99, AckStep.PROCESSED, List.of()));
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        assertThat(event(Closed.class).end())
                .isEqualTo(new ConnectionEnd(Kind.PROCESSOR_FAILED, "the processor answered batch 99 out of turn"));
    }

    @Test
    void failsWithoutAHandshakeInTime() throws InterruptedException {
        spawn("handshake-timeout = 20ms");
        attach();
        Failed failed = event(Failed.class);
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
        ActorRef<Command> connection = spawn();
        attach();
        Consumer<TlsSession> handshaken = socket.handshake.join();
        connection.tell(new Drain());
        handshaken.accept(SESSION);
        assertThat(event(Failed.class).end().kind()).isEqualTo(Kind.DRAINED);
        processor.expectNoMessage(Duration.ZERO);
    }

    @Test
    void letsAHandshakeEndThatHasBegunBeforeItIsDrained() throws InterruptedException {
        ActorRef<Command> connection = spawn();
        attach();
        Consumer<TlsSession> handshaken = socket.handshake.join();
        socket.progress.join().proxyHeader(false);
        connection.tell(new Drain());
        handshaken.accept(SESSION);
        assertThat(socket.peerReceives()).as("in order, after the handshake").isEqualTo("<end>");
        socket.peerEnds();
        assertThat(event(Failed.class).end().kind()).isEqualTo(Kind.DRAINED);
        processor.expectNoMessage(Duration.ZERO);
    }

    @Test
    void isCutWhenAHandshakeThatHasBegunDoesNotEndWhileItIsDrained() throws InterruptedException {
        ActorRef<Command> connection = spawn("close-linger = 20ms");
        attach();
        socket.handshake.join();
        socket.progress.join().proxyHeader(false);
        connection.tell(new Drain());
        // The peer has neither gone on nor closed.
        assertThat(event(Failed.class).end().kind()).isEqualTo(Kind.DRAINED);
    }

    @Test
    void givesTheSocketUpWhenItIsDrainedBeforeItBegan() throws InterruptedException {
        ActorRef<Command> connection = spawn();
        supervisor.expectMessageClass(Attach.class);
        connection.tell(new Drain());
        assertThat(socket.rejected.join()).isTrue();
        assertThat(event(Failed.class).end().kind()).isEqualTo(Kind.DRAINED);
    }

    /** More than its stream and the queue that stands for the peer take. */
    private static final String MUCH = "x".repeat(1 << 20);

    @Test
    void isResetWhenThePeerTakesNothingWhileItCloses() throws InterruptedException {
        spawn("write-timeout = 50ms");
        open();
        socket.peerSends("a\n");
        done(processor.expectMessageClass(Deliver.class), MUCH);
        socket.peerEnds();
        assertThat(event(Closed.class).end())
                .isEqualTo(new ConnectionEnd(Kind.TIMED_OUT, "write-timeout", "the peer has taken nothing for 50 ms"));
    }

    @Test
    void isResetWhenThePeerTakesNothingWhileItIsOpen() throws InterruptedException {
        spawn("write-timeout = 50ms", "window.bytes = 10B");
        Open open = open();
        open.replyTo().tell(new Send(List.of(ByteString.fromString(MUCH))));
        open.replyTo().tell(new Send(List.of(ByteString.fromString(MUCH))));
        socket.peerSends("a\n");
        assertThat(processor.expectMessageClass(Deliver.class).batch()).isEqualTo(1);
        done(new Deliver(7, 1, Frames.empty(), open.replyTo()));
        assertThat(event(Closed.class).end())
                .isEqualTo(new ConnectionEnd(Kind.TIMED_OUT, "write-timeout", "the peer has taken nothing for 50 ms"));
        assertThat(events.stream().noneMatch(ConnectionEvent.Faulted.class::isInstance))
                .isTrue();
    }

    @Test
    void isIdleWhileItsRepliesWaitForAPeerThatDoesNotRead() throws InterruptedException {
        spawn("idle-timeout = 50ms", "write-timeout = 500ms");
        open();
        socket.peerSends("a\n");
        done(processor.expectMessageClass(Deliver.class), MUCH);
        assertThat(event(Closed.class).end().code()).isEqualTo("idle-timeout");
    }

    @ParameterizedTest
    @CsvSource({
        "first-byte-timeout, no byte has come since it was opened for 20 ms",
        "read-idle-timeout, no byte has come for 20 ms",
        "write-idle-timeout, no byte has gone for 20 ms"
    })
    void endsInOrderAndByTheTimesOwnNameWhenNothingMoves(String key, String words) throws InterruptedException {
        spawn(key + " = 20ms");
        open();
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        assertThat(event(Closed.class).end()).isEqualTo(new ConnectionEnd(Kind.TIMED_OUT, key, words));
    }

    @Test
    void isNotSilentAfterItsFirstByteEvenWithoutAFrame() throws InterruptedException {
        spawn("first-byte-timeout = 20ms", "read-idle-timeout = 100ms");
        open();
        socket.peerSends("a");
        assertThat(event(Closed.class).end().code()).isEqualTo("read-idle-timeout");
    }

    @Test
    void answersWhatHasComeBeforeItEndsForItsAge() throws InterruptedException {
        spawn("max-lifetime = 100ms", "max-lifetime-jitter = 0");
        open();
        socket.peerSends("a\npart of b");
        Deliver batch = processor.expectMessageClass(Deliver.class);
        processor.expectNoMessage(Duration.ofMillis(200));
        done(batch, "1");
        assertThat(socket.peerReceives()).isEqualTo("1\n");
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        Closed closed = event(Closed.class);
        assertThat(closed.end()).isEqualTo(new ConnectionEnd(Kind.TIMED_OUT, "max-lifetime", "open for 100 ms"));
        assertThat(closed.summary().framesProcessed()).isEqualTo(1);
        assertThat(closed.summary().framesLost()).isZero();
    }

    @Test
    void countsUntilItsSocketIsGone() throws InterruptedException {
        spawn();
        open();
        socket.peerSends("a\n");
        Deliver batch = processor.expectMessageClass(Deliver.class);
        socket.peerEnds();
        done(batch, MUCH);
        processor.expectMessageClass(Close.class);
        processor.expectNoMessage(Duration.ofMillis(50));
        assertThat(events.stream().noneMatch(Closed.class::isInstance)).isTrue();
        int received = 0;
        for (String piece = socket.peerReceives(); !piece.equals("<end>"); piece = socket.peerReceives()) {
            received += piece.length();
        }
        assertThat(received).isEqualTo(MUCH.length() + 1);
        assertThat(event(Closed.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
    }

    @Test
    void leavesNoSocketBehindWhenItFails() throws InterruptedException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        spawn(
                new ConnectionInfo(7, ConnectionInfo.DEFAULT_LISTENER, address, address, Protocols.LINES, null),
                ServerSettings.from(Harness.config("protocol = lines")),
                event -> {
                    if (event instanceof ConnectionEvent.Framed) {
                        throw new IllegalStateException("a subscriber with a fault");
                    }
                    events.add(event);
                });
        open();
        socket.peerSends("a\n");
        assertThat(processor.expectMessageClass(Close.class).end().kind()).isEqualTo(Kind.INTERNAL_ERROR);
        assertThat(event(Closed.class).end().kind()).isEqualTo(Kind.INTERNAL_ERROR);
        assertThatThrownBy(socket::peerReceives).hasMessageContaining("reset by us");
    }

    @Test
    void endsWhenAReplyIsNull() throws InterruptedException {
        spawn();
        open();
        socket.peerSends("a\n");
        Deliver batch = processor.expectMessageClass(Deliver.class);
        batch.replyTo().tell(new Done(1, AckStep.PROCESSED, Arrays.asList((ByteString) null)));
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        Closed closed = event(Closed.class);
        assertThat(closed.end().kind()).isEqualTo(Kind.PROCESSOR_FAILED);
        assertThat(closed.end().detail()).startsWith("a reply without bytes");
    }

    @Test
    void endsAsTheProcessorsFailureWhenItCannotServe() throws InterruptedException {
        spawn();
        open().replyTo().tell(new Unserved("IOException: no disk"));
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        assertThat(event(Closed.class).end())
                .isEqualTo(new ConnectionEnd(Kind.PROCESSOR_FAILED, "IOException: no disk"));
    }

    /** Java 17 cannot check that a receive handles every message; this does, for every order and answer. */
    @Test
    void understandsEveryMessageOfItsProtocolWhileItIsOpen() throws InterruptedException {
        List<Command> all = List.of(
                new Drain(),
                new End(new ConnectionEnd(Kind.REFUSED, "admission.session", "again")),
                new Cut(ConnectionEnd.of(Kind.CUT)),
                new Done(1, AckStep.PROCESSED, List.of()),
                new ProcessorProtocol.Failed(1, 0, 1, "no", FailureAction.CLOSE, List.of()),
                new Send(List.of()),
                new Disconnect("enough"),
                new Unserved("it broke"));
        assertThat(all.stream().map(Object::getClass).collect(Collectors.toSet()))
                .isEqualTo(leaves(Command.class));
        TestProbe<UnhandledMessage> unhandled = KIT.createTestProbe(UnhandledMessage.class);
        KIT.system().eventStream().tell(new EventStream.Subscribe<>(UnhandledMessage.class, unhandled.getRef()));
        ActorRef<Command> connection = spawn();
        open();
        all.forEach(connection::tell);
        event(Closed.class);
        unhandled.expectNoMessage(Duration.ZERO);
    }

    private static Set<Class<?>> leaves(Class<?> type) {
        if (type == ConnectionProtocol.Signal.class) {
            return Set.of();
        }
        Class<?>[] permitted = type.getPermittedSubclasses();
        return permitted == null
                ? Set.of(type)
                : Arrays.stream(permitted)
                        .flatMap(part -> leaves(part).stream())
                        .collect(Collectors.toSet());
    }
}
