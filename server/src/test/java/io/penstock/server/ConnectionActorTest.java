package io.penstock.server;

import static io.penstock.server.ConnectionRig.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionProtocol;
import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.ConnectionProtocol.Cut;
import io.penstock.protocol.ConnectionProtocol.Drain;
import io.penstock.protocol.ConnectionProtocol.End;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Disconnect;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Send;
import io.penstock.protocol.ProcessorProtocol.Unserved;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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

/** What an open connection reads and when, what it passes on, and what it holds meanwhile. */
class ConnectionActorTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final ConnectionRig rig = new ConnectionRig(KIT);
    private final TestProbe<ProcessorProtocol.Command> processor = rig.processor;
    private final FakeWiring socket = rig.socket;

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    @Test
    void tellsTheProcessorOfItselfBeforeAnyFrame() {
        rig.spawn();
        Open open = rig.handshake();
        assertThat(open.connection().tls()).isEqualTo(ConnectionRig.SESSION);
        socket.peerSends("one\ntwo\nthr");
        Deliver batch = rig.delivered();
        assertThat(batch.connection()).isEqualTo(7);
        assertThat(batch.batch()).isEqualTo(1);
        assertThat(batch.frames())
                .isEqualTo(Frames.of(List.of(ByteString.fromString("one"), ByteString.fromString("two"))));
        socket.peerSends("ee\n");
        assertThat(rig.delivered().frames()).containsExactly(ByteString.fromString("three"));
    }

    @Test
    void doesNotReadBeyondItsWindowUntilTheProcessorAnswers() {
        rig.open("window.frames = 2");
        socket.peerSends("a\n");
        socket.peerSends("b\n");
        socket.peerSends("c\n");
        Deliver first = rig.delivered();
        rig.delivered();
        processor.expectNoMessage(Duration.ofMillis(100));
        done(first);
        assertThat(rig.delivered().batch()).isEqualTo(3);
    }

    @Test
    void doesNotReadOnWhileTheMemoryOfAllIsUsedUp() {
        rig.memory = new MemoryBudget(1);
        MemoryBudget.Share other = rig.memory.share();
        other.holds(1);
        String read = "x".repeat(MemoryBudget.ALWAYS) + "\n";
        rig.open("max-frame-size = 1MiB", "window.bytes = 1MiB");
        socket.peerSends(read);
        socket.peerSends(read);
        Deliver first = rig.delivered();
        processor.expectNoMessage(Duration.ofMillis(100));
        assertThat(rig.memory.used()).isGreaterThan(MemoryBudget.ALWAYS);
        done(first);
        rig.delivered();
    }

    @Test
    void givesItsMemoryBackWhenItsLastFrameIsAnswered() throws InterruptedException {
        rig.memory = new MemoryBudget(1 << 20);
        rig.open();
        socket.peerSends("tea\nmilk");
        Deliver batch = rig.delivered();
        socket.peerFails(new StreamTcpException("reset by peer"));
        socket.toPeer.join().cancel();
        processor.expectNoMessage(Duration.ofMillis(50));
        assertThat(rig.memory.used()).isGreaterThanOrEqualTo("tea\n".length());
        done(batch);
        rig.await(Closed.class);
        assertThat(rig.memory.used()).isZero();
    }

    @Test
    void countsRepliesThatWaitForThePeer() throws InterruptedException {
        rig.memory = new MemoryBudget(1L << 30);
        ActorRef<Command> connection = rig.spawn();
        Open open = rig.handshake();
        open.replyTo().tell(new Send(List.of(ByteString.fromString(FakeWiring.MUCH))));
        open.replyTo().tell(new Send(List.of(ByteString.fromString(FakeWiring.MUCH))));
        processor.awaitAssert(() -> assertThat(rig.memory.used()).isGreaterThan(FakeWiring.MUCH.length()));
        connection.tell(new Cut(ConnectionEnd.of(Kind.CUT)));
        rig.await(Closed.class);
        assertThat(rig.memory.used()).isZero();
    }

    @Test
    void doesNotReadWhileRepliesWaitToBeWritten() {
        String reply = "longer than the window, ".repeat(500);
        rig.open("window.bytes = 10B");
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
            done(rig.delivered(), reply);
        }
        socket.peerEnds();
        for (String next = socket.peerReceives(); !next.equals("<end>"); next = socket.peerReceives()) {
            replies.append(next);
        }
        assertThat(replies).hasToString((reply + "\n").repeat(20));
    }

    @Test
    void sendsOutsideOfAnswers() {
        rig.spawn();
        Open open = rig.handshake();
        open.replyTo().tell(new Send(List.of(ByteString.fromString("news"))));
        assertThat(socket.peerReceives()).isEqualTo("news\n");
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
        ActorRef<Command> connection = rig.open();
        all.forEach(connection::tell);
        rig.await(Closed.class);
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
