package io.penstock.server;

import static io.penstock.server.ConnectionRig.done;
import static io.penstock.server.ConnectionRig.fail;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.BadFrameAction;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Abandoned;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Handshaken;
import io.penstock.protocol.ConnectionEvent.Processed;
import io.penstock.protocol.ConnectionEvent.ProcessingFailed;
import io.penstock.protocol.ConnectionEvent.Rejected;
import io.penstock.protocol.ConnectionEvent.Summary;
import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.ConnectionProtocol.Cut;
import io.penstock.protocol.ConnectionProtocol.Drain;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.FrameDecoder.Decoded;
import io.penstock.protocol.FrameLimits;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.QuarantineProtocol;
import io.penstock.protocol.QuarantineProtocol.Kept;
import io.penstock.protocol.QuarantineProtocol.NotKept;
import io.penstock.protocol.QuarantineProtocol.Put;
import io.penstock.server.ConnectionStage.FramesRead;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

    private final ConnectionRig rig = new ConnectionRig(KIT);
    private final TestProbe<QuarantineProtocol.Command> quarantine = rig.quarantine;
    private final Counters counters = new Counters();
    private final FakeWiring socket = rig.socket;

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private ActorRef<Command> open(String... settings) {
        rig.subscriber = counters.and(rig.events::add);
        return rig.open("max-frame-size = 4B\n" + String.join("\n", settings));
    }

    /** By both books. */
    private void ends(String sum) throws InterruptedException {
        Summary s = rig.await(Closed.class).summary();
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
        Deliver batch = rig.delivered();
        assertThat(counters.totals().frames().held()).isEqualTo(2);
        assertThat(counters.totals().addUp()).isTrue();
        done(batch);
        rig.await(Processed.class);
        assertThat(counters.totals().frames().held()).isZero();
        socket.peerEnds();
        ends("in 2 = processed 2 + failed 0 + set aside 0 + dropped 0 + lost 0 + held 0; truncated 0");
    }

    @Test
    void loseWhatIsHeldWhenItsConnectionIsCut() throws InterruptedException {
        ActorRef<Command> connection = open();
        socket.peerSends("a\nb\n");
        done(rig.delivered());
        rig.await(Processed.class);
        socket.peerSends("c\nd\n");
        rig.delivered();
        connection.tell(CUT);
        ends("in 4 = processed 2 + failed 0 + set aside 0 + dropped 0 + lost 2 + held 0; truncated 0");
    }

    @Test
    void countNoPartOfAFrame() throws InterruptedException {
        open();
        socket.peerSends("a\nb");
        done(rig.delivered());
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
        fail(rig.delivered(), 1, 1, FailureAction.CLOSE);
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        ends("in 3 = processed 1 + failed 1 + set aside 0 + dropped 0 + lost 1 + held 0; truncated 0");
        assertThat(counters.totals().failures()).containsOnlyKeys("connection closed");
    }

    @Test
    void countAllOfABatchThatFailedTogetherAndWhatANewProcessorDoesAfterwards() throws InterruptedException {
        open();
        socket.peerSends("a\nb\nc\n");
        Deliver batch = rig.delivered();
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
        rig.delivered();
        rig.processor.stop();
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        ends("in 2 = processed 0 + failed 0 + set aside 0 + dropped 0 + lost 2 + held 0; truncated 0");
    }

    @Test
    void loseWhatComesWhenTheConnectionHasBeenGivenUp() throws InterruptedException {
        CompletableFuture<ActorRef<Command>> connection = new CompletableFuture<>();
        rig.subscriber = counters.and(event -> {
            rig.events.add(event);
            if (event instanceof Handshaken) {
                // On the actor's thread: the stream cannot end in between, for it has not heard of it yet.
                connection.join().tell(CUT);
                connection.join().tell(read("a\nb\ntoolong\n", BadFrameAction.DROP));
            }
        });
        connection.complete(rig.spawn("max-frame-size = 4B\non-bad-frame = drop"));
        rig.handshake();
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
        done(rig.delivered());
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        ends("in 2 = processed 1 + failed 0 + set aside 0 + dropped 1 + lost 0 + held 0; truncated 0");
    }

    @Test
    void countATruncatedFrameOnce() throws InterruptedException {
        open("on-bad-frame = truncate");
        socket.peerSends("a\ntoolong\nb\n");
        Deliver batch = rig.delivered();
        fail(batch, 1, 1, FailureAction.CONTINUE);
        done(batch);
        socket.peerEnds();
        ends("in 3 = processed 2 + failed 1 + set aside 0 + dropped 0 + lost 0 + held 0; truncated 1");
    }

    @Test
    void countAsSetAsideWhatTheQuarantineHasKept() throws InterruptedException {
        open("on-bad-frame = quarantine");
        socket.peerSends("a\ntoolong\n");
        Deliver batch = rig.delivered();
        Put bad = quarantine.expectMessageClass(Put.class);
        fail(batch, 0, 1, FailureAction.QUARANTINE);
        Put failed = quarantine.expectMessageClass(Put.class);
        rig.await(ProcessingFailed.class);
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
        Deliver batch = rig.delivered();
        Put put = quarantine.expectMessageClass(Put.class);
        done(batch);
        rig.await(Processed.class);
        put.replyTo().tell(new NotKept("it is full"));
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        ends("in 3 = processed 2 + failed 0 + set aside 0 + dropped 0 + lost 1 + held 0; truncated 0");
    }

    @Test
    void loseWhatTheQuarantineHasNotAnsweredForWhenItsConnectionIsCut() throws InterruptedException {
        ActorRef<Command> connection = open("on-bad-frame = quarantine");
        socket.peerSends("a\ntoolong\nb\n");
        fail(rig.delivered(), 0, 1, FailureAction.QUARANTINE);
        quarantine.expectMessageClass(Put.class);
        quarantine.expectMessageClass(Put.class);
        connection.tell(CUT);
        ends("in 3 = processed 0 + failed 0 + set aside 0 + dropped 0 + lost 3 + held 0; truncated 0");
    }

    @Test
    void loseWhatThereIsNoQuarantineFor() throws InterruptedException {
        rig.keeper = Optional.empty();
        open("on-bad-frame = quarantine");
        socket.peerSends("toolong\ntoolong\n");
        rig.await(Rejected.class);
        assertThat(socket.peerReceives()).isEqualTo("<end>");
        socket.peerEnds();
        ends("in 2 = processed 0 + failed 0 + set aside 0 + dropped 0 + lost 2 + held 0; truncated 0");
    }

    @Test
    void sayWhenTheyDoNotAddUp() {
        counters.on(new Abandoned(ConnectionRig.info(Protocols.LINES), 1));
        assertThat(counters.totals().addUp()).isFalse();
    }
}
