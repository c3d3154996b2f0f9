package io.penstock.server;

import static io.penstock.server.ConnectionRig.done;
import static io.penstock.server.ConnectionRig.fail;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.QuarantineProtocol;
import io.penstock.protocol.QuarantineProtocol.Kept;
import io.penstock.protocol.QuarantineProtocol.Put;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Lines whose sender is told a number for each, in their order, whatever becomes of them. */
class AcknowledgementOrderTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final ConnectionRig rig = new ConnectionRig(KIT);
    private final TestProbe<QuarantineProtocol.Command> quarantine = rig.quarantine;
    private final FakeWiring socket = rig.socket;

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private void open(String... settings) {
        rig.open("lines.reply = count, max-frame-size = 5B\n" + String.join("\n", settings));
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
        done(rig.delivered(), AckStep.PROCESSED);
        socket.peerSends("three\n");
        done(rig.delivered(), AckStep.PROCESSED);
        keep();
        expect("1\n2\n3\n4\n");
    }

    @Test
    void areInOrderWhenTheProcessorIsSlow() {
        open("ack = processed", "on-bad-frame = quarantine");
        socket.peerSends("too long\none\ntoo long\n");
        Deliver batch = rig.delivered();
        keep();
        keep();
        done(batch, AckStep.PROCESSED);
        expect("1\n2\n3\n");
    }

    @Test
    void areInOrderWhenTheyAreToldAtOnce() {
        open("ack = received", "on-bad-frame = quarantine");
        socket.peerSends("one\ntoo long\ntwo\n");
        rig.delivered();
        socket.peerSends("three\n");
        rig.delivered();
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
        Deliver batch = rig.delivered();
        socket.peerSends("too long\n");
        keep();
        done(batch, AckStep.PROCESSED);
        expect("2\n3\n");
    }

    @Test
    void areInOrderWhenTheProcessorFailsBeforeABadFrame() {
        open("ack = processed", "on-bad-frame = quarantine");
        socket.peerSends("one\n");
        fail(rig.delivered(), 0, 1, FailureAction.QUARANTINE);
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
        Deliver first = rig.delivered();
        socket.peerSends("too long\ntwo\n");
        Deliver second = rig.delivered();
        keep();
        done(first, AckStep.PROCESSED);
        done(second, AckStep.PROCESSED);
        expect("1\n2\n3\n");
    }

    @Test
    void areInOrderWhenACommandIsRefusedBehindAFrameOnItsWay() {
        rig.open("protocol = relp, ack = processed, max-frame-size = 5B, on-bad-frame = quarantine");
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
        done(rig.delivered(), AckStep.PROCESSED);
        expect("1\n2 refused: line of 8 bytes or more (expected: <= 5)\n3\n");
    }

    @Test
    void tellOfEverythingBeforeTheFrameThatClosesTheConnection() {
        open("ack = processed");
        socket.peerSends("one\ntoo long\ntwo\n");
        done(rig.delivered(), AckStep.PROCESSED);
        expect("1\n2 refused: line of 8 bytes or more (expected: <= 5)\n");
    }
}
