package io.penstock.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.server.ServerSettings;
import io.penstock.server.TlsServer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;

/** A listener, bound to a free port of an actor system that others share. */
final class Bound implements AutoCloseable {
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final ActorTestKit kit;
    private final ActorRef<SupervisorProtocol.Command> supervisor;
    private final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
    private final TlsServer server;

    private Bound(ActorTestKit kit, ServerSettings settings, Behavior<SupervisorProtocol.Command> supervisor) {
        this.kit = kit;
        this.supervisor =
                kit.system().systemActorOf(supervisor, "processors-of-" + COUNTER.incrementAndGet(), Props.empty());
        server = TlsServer.bindShared(kit.system(), settings, this.supervisor, events::add)
                .toCompletableFuture()
                .join();
    }

    static Bound to(
            ActorTestKit kit,
            Map<String, Object> settings,
            Function<Config, Behavior<SupervisorProtocol.Command>> supervisor) {
        Config config = config(settings);
        return new Bound(kit, ServerSettings.from(config), supervisor.apply(config));
    }

    /** Settings below {@code penstock}, over a free port of the loopback interface. */
    static Config config(Map<String, Object> settings) {
        Config config = ConfigFactory.parseString("penstock { host = 127.0.0.1, port = 0 }");
        for (Map.Entry<String, Object> entry : settings.entrySet()) {
            config = config.withValue("penstock." + entry.getKey(), ConfigValueFactory.fromAnyRef(entry.getValue()));
        }
        return config.withFallback(ConfigFactory.load());
    }

    TlsServer server() {
        return server;
    }

    int port() {
        return server.localAddress().getPort();
    }

    /** Waits until the processor can do nothing for the time being. */
    void awaitOutage() {
        TestProbe<SupervisorProtocol.State> states = kit.createTestProbe();
        supervisor.tell(new SupervisorProtocol.Subscribe(states.getRef()));
        while (!(states.receiveMessage(patience()) instanceof SupervisorProtocol.Suspended)) {
            // It still works, as far as is known.
        }
    }

    /** The next event of a kind; others before it are passed over. */
    <E extends ConnectionEvent> E await(Class<E> type) throws InterruptedException {
        while (true) {
            ConnectionEvent event = events.poll(TlsClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            if (event == null) {
                throw new AssertionError("no " + type.getSimpleName());
            } else if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    /** Ends all connections, whatever they are owed. */
    void cut() {
        server.drain(Duration.ZERO).toCompletableFuture().join();
    }

    /** What a client still gets, line by line, up to the end of the connection, in order or not; then closes it. */
    static List<String> rest(TlsClient client) {
        List<String> lines = new ArrayList<>();
        try (client) {
            for (String line = client.readLine(); !line.isEmpty(); line = client.readLine()) {
                lines.add(line);
            }
        } catch (UncheckedIOException e) {
            // Reset.
        }
        return lines;
    }

    static Duration patience() {
        return Duration.ofMillis(TlsClient.PATIENCE_MILLIS);
    }

    @Override
    public void close() {
        cut();
        TestProbe<SupervisorProtocol.Stopped> stopped = kit.createTestProbe();
        supervisor.tell(new SupervisorProtocol.Stop(stopped.getRef()));
        stopped.receiveMessage(patience());
    }
}
