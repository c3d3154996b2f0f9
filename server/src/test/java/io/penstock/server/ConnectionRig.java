package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.Protocol;
import io.penstock.protocol.QuarantineProtocol;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import io.penstock.protocol.TlsSession;
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

/**
 * One connection's actor and its stream, between two queues in the socket's place and probes in that of the processor,
 * its supervisor and the quarantine.
 */
final class ConnectionRig {
    private static final long ID = 7;
    static final TlsSession SESSION = new TlsSession("TLSv1.3", "TLS_AES_128_GCM_SHA256");

    final TestProbe<ProcessorProtocol.Command> processor;
    final TestProbe<SupervisorProtocol.Command> supervisor;
    final TestProbe<QuarantineProtocol.Command> quarantine;
    final FakeWiring socket;
    final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
    Subscriber subscriber = events::add;
    /** The quarantine; empty: there is none. */
    Optional<ActorRef<QuarantineProtocol.Command>> keeper;

    MemoryBudget memory = new MemoryBudget(Long.MAX_VALUE);
    private final ActorTestKit kit;

    ConnectionRig(ActorTestKit kit) {
        this.kit = kit;
        processor = kit.createTestProbe();
        supervisor = kit.createTestProbe();
        quarantine = kit.createTestProbe();
        socket = new FakeWiring(kit);
        keeper = Optional.of(quarantine.getRef());
    }

    /** Of lines, unless the settings say otherwise; attached, and its handshake has ended. */
    ActorRef<Command> open(String... settings) {
        return open(read(settings));
    }

    ActorRef<Command> open(ServerSettings settings) {
        ActorRef<Command> connection = spawn(settings);
        handshake();
        return connection;
    }

    /** As {@link #open}, but neither attached nor with a handshake. */
    ActorRef<Command> spawn(String... settings) {
        return spawn(read(settings));
    }

    private ActorRef<Command> spawn(ServerSettings settings) {
        socket.writeTimeout = settings.times().write();
        IdentityRates identities = new IdentityRates(settings.identityRate());
        return kit.spawn(ConnectionActor.create(
                info(settings.framing().protocol()),
                socket,
                new ConnectionContext(settings, supervisor.getRef(), subscriber, keeper, memory, identities)));
    }

    private static ServerSettings read(String... settings) {
        return ServerSettings.from(Harness.config("protocol = lines\n" + String.join("\n", settings)));
    }

    static ConnectionInfo info(Protocol protocol) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new ConnectionInfo(ID, ConnectionInfo.DEFAULT_LISTENER, address, address, protocol, null);
    }

    void attach() {
        Attach attach = supervisor.expectMessageClass(Attach.class);
        assertThat(attach.connection()).isEqualTo(ID);
        attach.replyTo().tell(new Attached(processor.getRef()));
    }

    /** Attaches what was spawned, and ends its handshake. */
    Open handshake() {
        attach();
        socket.handshake.join().accept(SESSION);
        return processor.expectMessageClass(Open.class);
    }

    Deliver delivered() {
        return processor.expectMessageClass(Deliver.class);
    }

    static void done(Deliver batch, String... replies) {
        done(batch, AckStep.PROCESSED, replies);
    }

    static void done(Deliver batch, AckStep step, String... replies) {
        List<ByteString> payloads =
                List.of(replies).stream().map(ByteString::fromString).toList();
        batch.replyTo().tell(new Done(batch.batch(), step, payloads));
    }

    static void fail(Deliver batch, int frame, int frames, FailureAction action) {
        batch.replyTo().tell(new Failed(batch.batch(), frame, frames, "bad luck", action, List.of()));
    }

    /** Waits for the next event of a kind, passing over others. */
    <E extends ConnectionEvent> E await(Class<E> type) throws InterruptedException {
        while (true) {
            ConnectionEvent event = events.take();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }
}
