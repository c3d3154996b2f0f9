package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.ConnectionEvent.Waits;
import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.server.ConnectionStage.FramesRead;
import io.penstock.server.ConnectionStage.StreamStopped;
import io.penstock.server.tls.HandshakeProgress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The stage with a probe for its actor, queues for its socket, and a clock that stands still. */
class ConnectionStageTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration QUIET = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** More than a connection may hold whatever the others do. */
    private static final int MUCH = MemoryBudget.ALWAYS + 1;

    private final TestProbe<Command> actor = KIT.createTestProbe();
    private final FakeWiring socket = new FakeWiring(KIT);
    private final AtomicLong clock = new AtomicLong(-1);

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private ConnectionStage.Control open(String settings, RateLimit... rates) {
        return open(settings, new MemoryBudget(Long.MAX_VALUE), rates);
    }

    private ConnectionStage.Control open(String settings, MemoryBudget memory, RateLimit... rates) {
        ServerSettings read = ServerSettings.from(Harness.config("protocol = lines\n" + settings));
        ConnectionStage stage =
                new ConnectionStage(read.framing(), read.times(), memory.share(), actor.getRef(), clock::get);
        ConnectionStage.Control control = socket.open(stage, new HandshakeProgress(), session -> {}, actor.getRef())
                .control();
        control.open(List.of(rates));
        return control;
    }

    private RateLimit frames(int perSecond) {
        return new RateLimit(new RateSettings(Optional.empty(), Optional.of(perSecond)), clock.get());
    }

    private RateLimit bytes(long perSecond) {
        return new RateLimit(new RateSettings(Optional.of(perSecond), Optional.empty()), clock.get());
    }

    private void pass(long millis) {
        clock.addAndGet(Duration.ofMillis(millis).toNanos());
    }

    /** The stage has done what a read makes it do after it has told of it. */
    private void awaitQuiet(ConnectionStage.Control control) {
        control.write(ByteString.fromString("quiet"));
        assertThat(socket.peerReceives()).isEqualTo("quiet");
    }

    private FramesRead read() {
        return actor.expectMessageClass(FramesRead.class);
    }

    @Test
    void readsNothingBeforeItIsOpen() {
        ServerSettings read = ServerSettings.from(Harness.config("protocol = lines"));
        ConnectionStage stage = new ConnectionStage(
                read.framing(), read.times(), new MemoryBudget(1).share(), actor.getRef(), clock::get);
        ConnectionStage.Control control = socket.open(stage, new HandshakeProgress(), session -> {}, actor.getRef())
                .control();
        socket.peerSends("a\n");
        actor.expectNoMessage(QUIET);
        control.open(List.of());
        assertThat(read().frames()).containsExactly(ByteString.fromString("a"));
    }

    @Test
    void doesNotReadBeyondItsFramesInASecond() {
        open("", frames(100));
        socket.peerSends("a\n".repeat(101));
        socket.peerSends("b\n");
        assertThat(read().frames().size()).isEqualTo(101);
        actor.expectNoMessage(QUIET);
        pass(20);
        assertThat(read().frames().size()).isEqualTo(1);
    }

    @Test
    void doesNotReadBeyondItsBytesInASecond() {
        open("", bytes(1000));
        socket.peerSends("x".repeat(1009) + "\n");
        socket.peerSends("b\n");
        assertThat(read().bytes()).isEqualTo(1010);
        actor.expectNoMessage(QUIET);
        pass(11);
        assertThat(read().bytes()).isEqualTo(2);
    }

    @Test
    void sharesARateWithOthers() {
        RateLimit shared = bytes(1000);
        shared.took(1010, 0, clock.get());
        open("", shared);
        socket.peerSends("a\n");
        actor.expectNoMessage(QUIET);
        pass(20);
        assertThat(read().bytes()).isEqualTo(2);
    }

    @Test
    void tellsWhatItsTimeWasSpentOn() {
        ConnectionStage.Control control = open("window.frames = 1", frames(2));
        socket.peerSends("a\n");
        read();
        awaitQuiet(control);
        pass(3000);
        socket.peerSends("b\nc\nd\n");
        control.answered(1, 2, ByteString.emptyByteString());
        read();
        awaitQuiet(control);
        pass(500);
        control.answered(3, 6, ByteString.fromString("held by the rate\n"));
        assertThat(socket.peerReceives()).isEqualTo("held by the rate\n");
        pass(2000);
        socket.peerSends("e\n");
        read();
        control.answered(1, 2, ByteString.fromString("held by nobody\n"));
        assertThat(socket.peerReceives()).isEqualTo("held by nobody\n");
        pass(4000);
        socket.peerEnds();
        control.finish();
        StreamStopped stopped = actor
                .fishForMessage(
                        Duration.ofSeconds(10),
                        message -> message instanceof StreamStopped
                                ? FishingOutcomes.complete()
                                : FishingOutcomes.continueAndIgnore())
                .stream()
                .map(StreamStopped.class::cast)
                .findFirst()
                .orElseThrow();
        Waits waits = stopped.waits();
        assertThat(waits.processor()).isEqualTo(Duration.ofMillis(3500));
        assertThat(waits.limits()).isEqualTo(Duration.ofSeconds(2));
        assertThat(waits.client()).isEqualTo(Duration.ofSeconds(4));
        assertThat(waits.framing()).isZero();
    }

    @Test
    void doesNotMissAFirstByteThatItsRateKeepsFromBeingRead() {
        RateLimit ofItsClient = bytes(1000);
        ofItsClient.took(3000, 0, clock.get());
        ConnectionStage.Control control = open("first-byte-timeout = 10ms", ofItsClient);
        socket.peerSends("a\n");
        awaitQuiet(control);
        pass(500);
        actor.expectNoMessage(QUIET);
    }

    @Test
    void isNotIdleWhileItsRateKeepsItFromBeingRead() {
        open("read-idle-timeout = 10ms", frames(1));
        socket.peerSends("a\nb\n");
        read();
        pass(500);
        actor.expectNoMessage(QUIET);
    }

    @Test
    void readsOnWithoutRoomOnceTheSystemHasTakenItsReplies() {
        MemoryBudget memory = new MemoryBudget(1);
        memory.share().holds(2 * MUCH);
        ConnectionStage.Control control = open("", memory);
        socket.peerSends("a\n");
        read();
        control.answered(1, 2, ByteString.fromString("x".repeat(MUCH)));
        socket.peerSends("b\n");
        read();
        control.answered(1, 2, ByteString.emptyByteString());
        socket.peerSends("c\n");
        actor.expectNoMessage(QUIET);
        assertThat(socket.peerReceives()).hasSize(MUCH);
        assertThat(read().frames()).containsExactly(ByteString.fromString("c"));
    }

    @Test
    void letsALongFrameGrowWithoutRoomOnceTheSystemHasTakenItsReplies() {
        MemoryBudget memory = new MemoryBudget(1);
        memory.share().holds(2 * MUCH);
        ConnectionStage.Control control = open("max-frame-size = 1MiB", memory);
        socket.peerSends("a\n" + "x".repeat(MUCH));
        FramesRead first = read();
        control.answered(1, first.frames().pinnedBytes(), ByteString.fromString("reply"));
        socket.peerSends("x\n");
        actor.expectNoMessage(QUIET);
        assertThat(socket.peerReceives()).isEqualTo("reply");
        assertThat(read().frames().size()).isEqualTo(1);
    }

    @Test
    void letsTheNextLongFrameGrowWhenItsOwnIsWithTheProcessor() {
        MemoryBudget memory = new MemoryBudget(1);
        ConnectionStage.Control control = open("max-frame-size = 1MiB, window.frames = 1", memory);
        socket.peerSends("x".repeat(MUCH));
        awaitQuiet(control);
        CompletableFuture<Boolean> called = waitingToo(memory);
        socket.peerSends("\n");
        read();
        assertThat(called).succeedsWithin(PATIENCE);
    }

    @Test
    void letsTheNextLongFrameGrowWhenItsOwnIsGivenUp() {
        MemoryBudget memory = new MemoryBudget(1);
        ConnectionStage.Control control = open("max-frame-size = 1MiB", memory);
        socket.peerSends("x".repeat(MUCH));
        awaitQuiet(control);
        CompletableFuture<Boolean> called = waitingToo(memory);
        control.stopReading();
        assertThat(called).succeedsWithin(PATIENCE);
    }

    /** Another connection with a long frame, which may not read now; done when it is called. */
    private static CompletableFuture<Boolean> waitingToo(MemoryBudget memory) {
        CompletableFuture<Boolean> called = new CompletableFuture<>();
        MemoryBudget.Share other = memory.share();
        other.whenRoom(() -> called.complete(true));
        other.holds(MUCH);
        assertThat(other.mayRead(false)).isFalse();
        return called;
    }
}
