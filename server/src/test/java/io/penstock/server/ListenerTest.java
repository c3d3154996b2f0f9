package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Accepted;
import io.penstock.protocol.ConnectionEvent.Refused;
import io.penstock.protocol.ListenerProtocol.Command;
import io.penstock.protocol.ListenerProtocol.Connections;
import io.penstock.protocol.ListenerProtocol.Drain;
import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.protocol.ListenerProtocol.GetConnections;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import io.penstock.protocol.SupervisorProtocol.Available;
import io.penstock.protocol.SupervisorProtocol.State;
import io.penstock.protocol.SupervisorProtocol.Subscribe;
import io.penstock.protocol.SupervisorProtocol.Suspended;
import io.penstock.server.tls.TransportSecurity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The actor with a real port, and a probe in the supervisor's place. */
class ListenerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final State FULL = new Suspended("disk full", NOON);

    private final TestProbe<SupervisorProtocol.Command> supervisor = KIT.createTestProbe();
    private final TestProbe<Connections> connections = KIT.createTestProbe();
    private final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final ListenerStatus status = new ListenerStatus();
    private ActorRef<Command> listener = KIT.system().deadLetters().unsafeUpcast();
    private ActorRef<State> subscriber = KIT.system().deadLetters().unsafeUpcast();

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private void listen(State first, String... settings) {
        ServerSettings read = ServerSettings.from(Harness.config("plaintext = true\n" + String.join("\n", settings)));
        listener = KIT.spawn(Listener.create(
                read,
                TransportSecurity.plaintext(read.closeLinger()),
                () -> AddressLists.EVERYBODY,
                supervisor.getRef(),
                events::add,
                status,
                Optional.empty()));
        subscriber = supervisor.expectMessageClass(Subscribe.class).subscriber();
        subscriber.tell(first);
        status.bound().join();
    }

    /** Once it has heard everything that it was told. */
    private int connections() {
        listener.tell(new GetConnections(connections.getRef()));
        return connections.receiveMessage().connections().size();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), status.bound().join().getPort());
        sockets.add(socket);
        return socket;
    }

    @AfterEach
    void disconnect() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void isRefused() throws Exception {
        Socket socket = connect();
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThat(events.take())
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo("the processor is unavailable: disk full"));
    }

    @Test
    void refusesConnectionsOnlyWhileTheProcessorIsSuspended() throws Exception {
        listen(new Available(), "circuit.connections = refuse");
        connect();
        supervisor.expectMessageClass(Attach.class);
        assertThat(events.take()).isInstanceOf(Accepted.class);
        subscriber.tell(FULL);
        isRefused();
        assertThat(connections()).isEqualTo(1);
        subscriber.tell(new Available());
        connect();
        supervisor.expectMessageClass(Attach.class);
        assertThat(connections()).isEqualTo(2);
    }

    @Test
    void holdsConnectionsWhileTheProcessorIsSuspendedByDefault() throws Exception {
        listen(FULL);
        connect();
        supervisor.expectMessageClass(Attach.class);
        assertThat(connections()).isEqualTo(1);
    }

    @Test
    void knowsFromItsFirstMomentThatTheProcessorIsSuspended() throws Exception {
        listen(FULL, "circuit.connections = refuse");
        assertThat(status.state()).isEqualTo(new ServerState.Suspended("disk full", NOON));
        isRefused();
    }

    @Test
    void saysWhetherTheProcessorIsSuspended() {
        listen(new Available());
        assertThat(status.state()).isEqualTo(new ServerState.Ready());
        subscriber.tell(FULL);
        connections();
        assertThat(status.state()).isEqualTo(new ServerState.Suspended("disk full", NOON));
        subscriber.tell(new Available());
        connections();
        assertThat(status.state()).isEqualTo(new ServerState.Ready());
    }

    @Test
    void isNotReadyAgainOnceItDrains() throws Exception {
        listen(new Available(), "close-linger = 1m");
        TestProbe<Drained> drained = KIT.createTestProbe();
        TestProbe<ProcessorProtocol.Command> processor = KIT.createTestProbe();
        connect();
        supervisor.expectMessageClass(Attach.class).replyTo().tell(new Attached(processor.getRef()));
        processor.expectMessageClass(Open.class);
        listener.tell(new Drain(Duration.ZERO, Duration.ofMinutes(1), drained.getRef()));
        subscriber.tell(new Available());
        // It waits for the client's end.
        assertThat(connections()).isEqualTo(1);
        assertThat(status.state()).isEqualTo(new ServerState.Draining());
        disconnect();
        drained.receiveMessage();
        drained.expectTerminated(listener);
        assertThat(status.state()).isEqualTo(new ServerState.Stopped());
    }

    @Test
    void acceptsWhileItsDrainIsDelayedAndIsNotReady() throws Exception {
        listen(new Available());
        TestProbe<Drained> drained = KIT.createTestProbe();
        listener.tell(new Drain(Duration.ofSeconds(1), Duration.ofMinutes(1), drained.getRef()));
        assertThat(connections()).isZero();
        assertThat(status.state()).isEqualTo(new ServerState.Draining());
        connect();
        supervisor.expectMessageClass(Attach.class);
        assertThat(status.state()).isEqualTo(new ServerState.Draining());
        assertThat(connections()).isEqualTo(1);
        drained.expectMessage(new Drained(0, 0, 0));
        assertThatThrownBy(this::connect).hasMessageContaining("refused");
    }

    @Test
    void drainsOneConnectionAfterTheOtherAtARate() throws Exception {
        listen(new Available(), "drain-rate = 10", "protocol = raw");
        TestProbe<Drained> drained = KIT.createTestProbe();
        TestProbe<ProcessorProtocol.Command> processor = KIT.createTestProbe();
        List<Long> opened = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            connect();
            supervisor.expectMessageClass(Attach.class).replyTo().tell(new Attached(processor.getRef()));
            opened.add(processor.expectMessageClass(Open.class).connection().id());
        }
        long began = System.nanoTime();
        listener.tell(new Drain(Duration.ZERO, Duration.ofMinutes(1), drained.getRef()));
        for (long connection : opened) {
            assertThat(processor.expectMessageClass(Close.class).connection()).isEqualTo(connection);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        disconnect();
        drained.expectMessage(new Drained(0, 0, 0));
    }
}
