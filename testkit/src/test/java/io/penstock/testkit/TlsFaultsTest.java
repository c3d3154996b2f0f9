package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.processor.ProcessorSupervisor;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.server.ServerSettings;
import io.penstock.server.TlsServer;
import io.penstock.server.tls.TlsFault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Provokes every fault through a real socket, and looks for its code in the event. */
class TlsFaultsTest {
    private static final String[] ENGINES = {"jdk", "native"};

    /** Nothing that a client does brings it about. */
    private static final EnumSet<TlsFault> NOT_BY_CLIENTS = EnumSet.of(TlsFault.INTERNAL);

    private static final TlsErrorsPage PAGE = TlsErrorsPage.read();

    private static ActorTestKit kit;
    private static ProcessorProbe probe;
    private static Provocations provocations;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        kit = ActorTestKit.create("faults");
        probe = new ProcessorProbe(kit.system());
        provocations = new Provocations(directory);
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    static Stream<Arguments> all() {
        return Arrays.stream(ENGINES)
                .flatMap(engine ->
                        EnumSet.complementOf(NOT_BY_CLIENTS).stream().map(fault -> Arguments.of(engine, fault)));
    }

    @Test
    void haveAProvocationEach() {
        assertThat(provocations.byFault().keySet()).isEqualTo(EnumSet.complementOf(NOT_BY_CLIENTS));
    }

    @Test
    void areAllOnThePageWithTheirSentenceAndRemedy() {
        assertThat(PAGE.codes())
                .containsExactlyElementsOf(
                        Arrays.stream(TlsFault.values()).map(TlsFault::code).toList());
        for (TlsFault fault : TlsFault.values()) {
            assertThat(PAGE.sentence(fault)).isEqualTo(fault.sentence());
            assertThat(PAGE.blame(fault)).isEqualTo(fault.blame().name().toLowerCase(Locale.ROOT));
            assertThat(PAGE.remedy(fault)).isEqualTo(fault.remedy());
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void endWithTheCodeAndTheRemedy(String engine, TlsFault fault) throws Exception {
        Provocation provocation = Objects.requireNonNull(provocations.byFault().get(fault));
        BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
        Config config = config(provocation.settings(), engine);
        TlsServer server = TlsServer.bind(
                        kit.system(), ServerSettings.from(config), ProcessorSupervisor.create(probe.ref()), events::add)
                .toCompletableFuture()
                .join();
        OptionalInt alert = provocation.client().provoke(server.localAddress());
        ConnectionEnd end = end(events);
        assertThat(end.code()).as(end.toString()).isEqualTo(fault.code());
        assertThat(end.kind()).isEqualTo(fault.kind());
        assertThat(end.detail()).startsWith(fault.sentence()).endsWith("; remedy: " + fault.remedy());
        assertThat(PAGE.answers(engine, fault)).contains(alert.isPresent() ? "(" + alert.getAsInt() + ")" : "");
        server.drain(Duration.ZERO).toCompletableFuture().join();
    }

    private static Config config(Map<String, Object> settings, String engine) {
        Config config =
                ConfigFactory.parseString("penstock { host = 127.0.0.1, port = 0, tls.engine = " + engine + " }");
        return ConfigFactory.parseMap(settings)
                .atPath("penstock")
                .withFallback(config)
                .withFallback(ConfigFactory.load());
    }

    private static ConnectionEnd end(BlockingQueue<ConnectionEvent> events) throws InterruptedException {
        while (true) {
            ConnectionEvent event = events.poll(TlsClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(event).as("the connection's end").isNotNull();
            if (event instanceof Failed failed) {
                return failed.end();
            } else if (event instanceof Closed closed) {
                return closed.end();
            }
        }
    }
}
