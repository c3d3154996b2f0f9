package io.penstock.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.ProcessorSupervisor;
import io.penstock.processor.SupervisionSettings;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.SupervisorProtocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.Behavior;

/** Servers on free ports for tests, with their events in a queue. */
final class Harness implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    final ActorTestKit kit;
    final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
    /** At which events the subscriber throws, once it has noted them. */
    volatile Predicate<ConnectionEvent> fault = event -> false;

    private TlsServer server;

    private Harness(Config config, Behavior<SupervisorProtocol.Command> supervisor) {
        kit = ActorTestKit.create("harness", config);
        server = TlsServer.bind(kit.system(), ServerSettings.from(config), supervisor, this::note)
                .toCompletableFuture()
                .join();
    }

    private void note(ConnectionEvent event) {
        events.add(event);
        if (fault.test(event)) {
            throw new IllegalStateException("a subscriber with a fault");
        }
    }

    /** A plaintext server with these further settings. */
    static Harness plaintext(Behavior<SupervisorProtocol.Command> supervisor, String... settings) {
        return new Harness(config("plaintext = true\n" + String.join("\n", settings)), supervisor);
    }

    static Harness plaintext(ProcessorFactory factory, String... settings) {
        Config config = config(String.join("\n", settings));
        return plaintext(ProcessorSupervisor.create(factory, SupervisionSettings.from(config)), settings);
    }

    static Config config(String settings) {
        return ConfigFactory.parseString("penstock { host = 127.0.0.1, port = 0\n" + settings + "}")
                .withFallback(ConfigFactory.load());
    }

    TlsServer server() {
        return server;
    }

    Socket connect() {
        try {
            return new Socket(
                    InetAddress.getLoopbackAddress(), server.localAddress().getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the next event of a kind, passing over others. */
    <E extends ConnectionEvent> E await(Class<E> type) {
        try {
            for (; ; ) {
                ConnectionEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (event == null) {
                    throw new AssertionError("no " + type.getSimpleName() + " within " + PATIENCE_SECONDS + " s");
                }
                if (type.isInstance(event)) {
                    return type.cast(event);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
