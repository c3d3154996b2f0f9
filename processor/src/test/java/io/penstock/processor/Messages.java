package io.penstock.processor;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol.Answer;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Command;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;

/** What connections and processors say to each other, in short. */
final class Messages {
    private static final Duration SHORT = Duration.ofMillis(5);

    private Messages() {}

    static ConnectionInfo connection(long id) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new ConnectionInfo(id, ConnectionInfo.DEFAULT_LISTENER, address, address, Protocols.LINES, null);
    }

    /** The processor that a supervisor gives a connection. */
    static ActorRef<Command> attach(ActorTestKit kit, ActorRef<SupervisorProtocol.Command> supervisor) {
        TestProbe<Attached> probe = kit.createTestProbe();
        supervisor.tell(new Attach(1, probe.getRef()));
        return probe.receiveMessage().processor();
    }

    static Open open(long id, TestProbe<Answer> connection) {
        return new Open(connection(id), connection.getRef());
    }

    static Deliver deliver(long id, long batch, TestProbe<Answer> connection, String... frames) {
        return new Deliver(id, batch, frames(frames), connection.getRef());
    }

    static Frames frames(String... frames) {
        return Frames.of(bytes(frames));
    }

    static List<ByteString> bytes(String... texts) {
        return Arrays.stream(texts).map(ByteString::fromString).toList();
    }

    static Close close(long id) {
        return new Close(id, ConnectionEnd.of(ConnectionEnd.Kind.END_OF_STREAM));
    }

    static Done done(long batch, String... replies) {
        return new Done(batch, AckStep.PROCESSED, bytes(replies));
    }

    static Done stored(long batch, String... replies) {
        return new Done(batch, AckStep.STORED, bytes(replies));
    }

    static Failed failed(long batch, int frame, String reason, String... replies) {
        return new Failed(batch, frame, 1, reason, FailureAction.CONTINUE, bytes(replies));
    }

    static SupervisionSettings settings(FailureAction onFailure) {
        return settings(onFailure, SHORT, SHORT);
    }

    /** As in earlier days: the second failure in a row waits, and any number of frames of a batch may fail. */
    static SupervisionSettings settings(FailureAction onFailure, Duration minBackoff, Duration maxBackoff) {
        return new SupervisionSettings(onFailure, minBackoff, maxBackoff, Integer.MAX_VALUE, 2, PoolSettings.ONE);
    }
}
