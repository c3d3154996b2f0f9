package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.BadFrameAction;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Abandoned;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Processed;
import io.penstock.protocol.ConnectionEvent.ProcessingFailed;
import io.penstock.protocol.ConnectionEvent.Rejected;
import io.penstock.protocol.ConnectionEvent.Summary;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.ConnectionProtocol.Cut;
import io.penstock.protocol.ConnectionProtocol.Drain;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.FrameDecoder.Decoded;
import io.penstock.protocol.FrameLimits;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.QuarantineProtocol;
import io.penstock.protocol.QuarantineProtocol.Kept;
import io.penstock.protocol.QuarantineProtocol.NotKept;
import io.penstock.protocol.QuarantineProtocol.Put;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import io.penstock.protocol.TlsSession;
import io.penstock.server.ConnectionStage.FramesRead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** However a connection ends, each of its frames is counted once, by the events and by its own account alike. */
class CountersTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Cut CUT = new Cut(new ConnectionEnd(Kind.CUT, "enough"));

    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final ConnectionInfo INFO =
            new ConnectionInfo(7, ConnectionInfo.DEFAULT_LISTENER, ADDRESS, ADDRESS, Protocols.LINES, null);

    private final TestProbe<ProcessorProtocol.Command> processor = KIT.createTestProbe();
    private final TestProbe<SupervisorProtocol.Command> supervisor = KIT.createTestProbe();
    private final TestProbe<QuarantineProtocol.Command> quarantine = KIT.createTestProbe();
    private final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
    private final Counters counters = new Counters();
    private final FakeWiring socket = new FakeWiring(KIT);

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private ActorRef<Command> open(String... settings) {
        return open(Optional.of(quarantine.getRef()), settings);
    }

    private ActorRef<Command> open(Optional<ActorRef<QuarantineProtocol.Command>> keeper, String... settings) {
        ServerSettings read = ServerSettings.from(
                Harness.config("protocol = lines, max-frame-size = 4B\n" + String.join("\n", settings)));
        ActorRef<Command> connection = KIT.spawn(ConnectionActor.create(
                INFO,
                socket,
                new ConnectionContext(
                        read,
                        supervisor.getRef(),
                        counters.and(events::add),
                        keeper,
                        new MemoryBudget(Long.MAX_VALUE),
                        new IdentityRates(read.identityRate()))));
        supervisor.expectMessageClass(Attach.class).replyTo().tell(new Attached(processor.getRef()));
        socket.handshake.join().accept(new TlsSession("TLSv1.3", "TLS_AES_128_GCM_SHA256"));
        processor.expectMessageClass(Open.class);
        return connection;
    }

    private Deliver delivered() {
        return processor.expectMessageClass(Deliver.class);
    }

    private static void done(Deliver batch) {
        batch.replyTo().tell(new Done(batch.batch(), AckStep.PROCESSED, List.of()));
    }

    private static void fail(Deliver batch, int frame, int frames, FailureAction action) {
        batch.replyTo().tell(new Failed(batch.batch(), frame, frames, "bad luck", action, List.of()));
    }

    private <E extends ConnectionEvent> E await(Class<E> type) throws InterruptedException {
        while (true) {
            ConnectionEvent event = events.take();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    /** By both books. */
    private void ends(String sum) throws InterruptedException {
        Summary s = await(Closed.class).summary();
        assertThat(new FrameCounts(
                        s.framesIn(),
                        s.framesProcessed(),
                        s.framesFailed(),
                        s.framesQuarantined(),
                        s.framesDropped(),
                        s.framesLost(),
                        s.framesTruncated()))
                .hasToString(sum);
        Totals totals = counters.totals();
        assertThat(totals.frames()).hasToString(sum);
        assertThat(totals.open()).isZero();
        assertThat(totals.addUp()).isTrue();
    }

    @Test
    void holdWhatIsNotAnswered() throws InterruptedException {
        open();
        socket.peerSends("a\nb\n");
        Deliver batch = delivered();
        assertThat(counters.totals().frames().held()).isEqualTo(2);
        assertThat(counters.totals().addUp()).isTrue();
        done(batch);
        await(Processed.class);
        assertThat(counters.totals().frames().held()).isZero();
        socket.peerEnds();
        ends("in 2 = processed 2 + failed 0 + set aside 0 + dropped 0 + lost 0 + held 0; truncated 0");
    }

    @Test
    void loseWhatIsHeldWhenItsConnectionIsCut() throws InterruptedException {
        ActorRef<Command> connection = open();
        socket.peerSends("a\nb\n");
        done(delivered());
        await(Processed.class);
        socket.peerSends("c\nd\n");
        delivered();
        connection.tell(CUT);
        ends("in 4 = processed 2 + failed 0 + set aside 0 + dropped 0 + lost 2 + held 0; truncated 0");
    }

    @Test
    void countNoPartOfAFrame() throws InterruptedException {
        open();
        socket.peerSends("a\nb");
        done(delivered());
        socket.peerFails(new IllegalStateException("cut"));
        ends("in 1 = processed 1 + failed 0 + set aside 0 + dropped 0 + lost 0 + held 0; truncated 0");
    }

    @Test
    void countNothingThatComesAfterReadingHasEnded() throws InterruptedException {
        ActorRef<Command> connection = open();
        connection.tell(new Drain());
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerSends("late\n");
        socket.peerEnds();
        ends("in 0 = processed 0 + failed 0 + set aside 0 + dropped 0 + lost 0 + held 0; truncated 0");
    }

    @Test
    void tellWhatFailedFromWhatCameBehindIt() throws InterruptedException {
        open();
        socket.peerSends("a\nb\nc\n");
        fail(delivered(), 1, 1, FailureAction.CLOSE);
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        ends("in 3 = processed 1 + failed 1 + set aside 0 + dropped 0 + lost 1 + held 0; truncated 0");
        assertThat(counters.totals().failures()).containsOnlyKeys("connection closed");
    }

    @Test
    void countAllOfABatchThatFailedTogetherAndWhatANewProcessorDoesAfterwards() throws InterruptedException {
        open();
        socket.peerSends("a\nb\nc\n");
        Deliver batch = delivered();
        fail(batch, 0, 2, FailureAction.CONTINUE);
        done(batch);
        socket.peerEnds();
        ends("in 3 = processed 1 + failed 2 + set aside 0 + dropped 0 + lost 0 + held 0; truncated 0");
        assertThat(counters.totals().failures()).containsEntry("connection went on", 2L);
    }

    @Test
    void loseWhatAStoppedProcessorDoesNotAnswer() throws InterruptedException {
        open();
        socket.peerSends("a\nb\n");
        delivered();
        processor.stop();
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        ends("in 2 = processed 0 + failed 0 + set aside 0 + dropped 0 + lost 2 + held 0; truncated 0");
    }

    @Test
    void loseWhatComesWhenTheConnectionHasBeenGivenUp() throws InterruptedException {
        ActorRef<Command> connection = open("on-bad-frame = drop");
        connection.tell(CUT);
        // As the stream says it that has not heard of it yet.
        connection.tell(read("a\nb\ntoolong\n", BadFrameAction.DROP));
        ends("in 3 = processed 0 + failed 0 + set aside 0 + dropped 1 + lost 2 + held 0; truncated 0");
    }

    private static FramesRead read(String text, BadFrameAction action) {
        Decoded decoded = Protocols.LINES.newDecoder(new FrameLimits(4, action)).decode(ByteString.fromString(text));
        return new FramesRead(decoded.frames(), decoded.bad(), decoded.receipt(), decoded.fatal(), null, text.length());
    }

    @Test
    void countAFrameThatEndsItsConnectionAsDropped() throws InterruptedException {
        open();
        socket.peerSends("a\ntoolong\nb\n");
        done(delivered());
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        ends("in 2 = processed 1 + failed 0 + set aside 0 + dropped 1 + lost 0 + held 0; truncated 0");
    }

    @Test
    void countATruncatedFrameOnce() throws InterruptedException {
        open("on-bad-frame = truncate");
        socket.peerSends("a\ntoolong\nb\n");
        Deliver batch = delivered();
        fail(batch, 1, 1, FailureAction.CONTINUE);
        done(batch);
        socket.peerEnds();
        ends("in 3 = processed 2 + failed 1 + set aside 0 + dropped 0 + lost 0 + held 0; truncated 1");
    }

    @Test
    void countAsSetAsideWhatTheQuarantineHasKept() throws InterruptedException {
        open("on-bad-frame = quarantine");
        socket.peerSends("a\ntoolong\n");
        Deliver batch = delivered();
        Put bad = quarantine.expectMessageClass(Put.class);
        fail(batch, 0, 1, FailureAction.QUARANTINE);
        Put failed = quarantine.expectMessageClass(Put.class);
        await(ProcessingFailed.class);
        assertThat(counters.totals().frames())
                .hasToString("in 2 = processed 0 + failed 0 + set aside 0 + dropped 0 + lost 0 + held 2; truncated 0");
        bad.replyTo().tell(new Kept());
        failed.replyTo().tell(new Kept());
        socket.peerEnds();
        ends("in 2 = processed 0 + failed 0 + set aside 2 + dropped 0 + lost 0 + held 0; truncated 0");
    }

    @Test
    void loseWhatAFullQuarantineHasNotKept() throws InterruptedException {
        open("on-bad-frame = quarantine");
        socket.peerSends("a\ntoolong\nb\n");
        Deliver batch = delivered();
        Put put = quarantine.expectMessageClass(Put.class);
        done(batch);
        await(Processed.class);
        put.replyTo().tell(new NotKept("it is full"));
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        ends("in 3 = processed 2 + failed 0 + set aside 0 + dropped 0 + lost 1 + held 0; truncated 0");
    }

    @Test
    void loseWhatTheQuarantineHasNotAnsweredForWhenItsConnectionIsCut() throws InterruptedException {
        ActorRef<Command> connection = open("on-bad-frame = quarantine");
        socket.peerSends("a\ntoolong\nb\n");
        fail(delivered(), 0, 1, FailureAction.QUARANTINE);
        quarantine.expectMessageClass(Put.class);
        quarantine.expectMessageClass(Put.class);
        connection.tell(CUT);
        ends("in 3 = processed 0 + failed 0 + set aside 0 + dropped 0 + lost 3 + held 0; truncated 0");
    }

    @Test
    void loseWhatThereIsNoQuarantineFor() throws InterruptedException {
        open(Optional.empty(), "on-bad-frame = quarantine");
        socket.peerSends("toolong\ntoolong\n");
        await(Rejected.class);
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        ends("in 2 = processed 0 + failed 0 + set aside 0 + dropped 0 + lost 2 + held 0; truncated 0");
    }

    @Test
    void sayWhenTheyDoNotAddUp() {
        counters.on(new Abandoned(INFO, 1));
        assertThat(counters.totals().addUp()).isFalse();
    }
}
