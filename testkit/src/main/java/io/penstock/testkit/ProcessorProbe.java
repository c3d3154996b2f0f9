package io.penstock.testkit;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Command;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Disconnect;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Send;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.util.ByteString;

/**
 * Stands in a processor's place: sees what connections send, and answers when the test says so. Messages are expected
 * in the order in which they come; a message of another kind fails the test.
 */
public final class ProcessorProbe {
    private final TestProbe<Command> probe;

    /** A probe of an actor system. */
    public ProcessorProbe(ActorSystem<?> system) {
        probe = TestProbe.create(system);
    }

    /** The processor that connections see. */
    public ActorRef<ProcessorProtocol.Command> ref() {
        return probe.getRef();
    }

    /** Pekko's own probe, for anything that has no method here. */
    public TestProbe<Command> probe() {
        return probe;
    }

    /** A connection has been opened. */
    public Open expectOpen() {
        return probe.expectMessageClass(Open.class);
    }

    /** A batch has come; it is not answered. */
    public Deliver expectBatch() {
        return probe.expectMessageClass(Deliver.class);
    }

    /**
     * Frames as UTF-8 text, gathered from as many batches as it takes, each answered with {@link Done}.
     *
     * @throws AssertionError when others come
     */
    public void expectFrames(String... expected) {
        List<String> frames = new ArrayList<>();
        while (frames.size() < expected.length) {
            Deliver batch = expectBatch();
            batch.frames().forEach(frame -> frames.add(frame.utf8String()));
            done(batch);
        }
        if (!frames.equals(List.of(expected))) {
            throw new AssertionError("frames: " + frames + " (expected: " + List.of(expected) + ")");
        }
    }

    /** Answers a batch as done, with replies to the peer. */
    public void done(Deliver batch, String... replies) {
        batch.replyTo().tell(new Done(batch.batch(), AckStep.PROCESSED, payloads(replies)));
    }

    /** Answers that frame {@code index} failed and the connection is to close. */
    public void fail(Deliver batch, int index, String reason) {
        batch.replyTo().tell(new Failed(batch.batch(), index, 1, reason, FailureAction.CLOSE, List.of()));
    }

    /** Sends to a connection outside an answer. */
    public void send(Open open, String... payloads) {
        open.replyTo().tell(new Send(payloads(payloads)));
    }

    /** Asks for a connection's end. */
    public void disconnect(Open open, String reason) {
        open.replyTo().tell(new Disconnect(reason));
    }

    /** A connection has ended. */
    public ConnectionEnd expectClose(ConnectionInfo connection) {
        Close close = probe.expectMessageClass(Close.class);
        if (close.connection() != connection.id()) {
            throw new AssertionError("closed: c" + close.connection() + " (expected: c" + connection.id() + ")");
        }
        return close.end();
    }

    private static List<ByteString> payloads(String... texts) {
        List<ByteString> payloads = new ArrayList<>(texts.length);
        for (String text : texts) {
            payloads.add(ByteString.fromString(text));
        }
        return payloads;
    }
}
