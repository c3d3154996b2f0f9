package io.penstock.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.ProcessorUnavailableException;
import io.penstock.protocol.ConnectionEvent.Accepted;
import io.penstock.protocol.ConnectionEvent.Refused;
import java.io.IOException;
import java.net.Socket;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;

/** A server whose processor cannot work for a while. */
class SuspensionTest {
    private static final String SOON = "processor-restart { min-backoff = 1ms, max-backoff = 20ms }";

    private volatile boolean full = true;

    private final ProcessorFactory echo = () -> (session, frame) -> {
        if (full) {
            throw new ProcessorUnavailableException("disk full", new IOException("no space"));
        }
        session.send(frame);
    };

    private static Socket sending(Harness harness, String line) throws IOException {
        Socket socket = harness.connect();
        socket.getOutputStream().write(line.getBytes(UTF_8));
        socket.shutdownOutput();
        return socket;
    }

    private static void isAnswered(Socket socket, String line) throws IOException {
        assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).isEqualTo(line);
    }

    private static void becomesReady(Harness harness, boolean ready) {
        TestProbe<Void> patience = harness.kit.createTestProbe();
        patience.awaitAssert(() -> {
            assertThat(harness.server().isReady()).isEqualTo(ready);
            return ready;
        });
    }

    @Test
    void refusesNewConnectionsAndRecoversByItself() throws Exception {
        try (Harness harness = Harness.plaintext(echo, "protocol = lines", "circuit.connections = refuse", SOON);
                Socket held = sending(harness, "held\n")) {
            becomesReady(harness, false);
            assertThat(harness.server().state())
                    .isInstanceOfSatisfying(
                            ServerState.Suspended.class,
                            suspended -> assertThat(suspended.reason()).isEqualTo("disk full"));
            harness.connect().close();
            assertThat(harness.await(Refused.class).reason()).isEqualTo("the processor is unavailable: disk full");

            full = false;
            isAnswered(held, "held\n");
            becomesReady(harness, true);
            try (Socket next = sending(harness, "next\n")) {
                isAnswered(next, "next\n");
            }
        }
    }

    @Test
    void holdsNewConnectionsWhereItIsToldTo() throws Exception {
        try (Harness harness = Harness.plaintext(echo, "protocol = lines", "circuit.connections = hold", SOON);
                Socket first = sending(harness, "first\n")) {
            becomesReady(harness, false);
            try (Socket second = sending(harness, "second\n")) {
                harness.await(Accepted.class);
                harness.await(Accepted.class);

                full = false;
                isAnswered(first, "first\n");
                isAnswered(second, "second\n");
            }
            assertThat(harness.events).noneMatch(Refused.class::isInstance);
        }
    }

    @Test
    void isNotReadyOnceItDrains() {
        try (Harness harness = Harness.plaintext(echo)) {
            assertThat(harness.server().isReady()).isTrue();
            harness.server().drain().toCompletableFuture().join();
            assertThat(harness.server().isReady()).isFalse();
        }
    }

    @Test
    void ofOnePortMakesSeveralNotReady() {
        try (Harness harness = Harness.plaintext(echo)) {
            Servers servers = Servers.bind(
                            harness.kit.system(),
                            ListenerSettings.from(
                                    Harness.config("plaintext = true, processor = discard, listeners { a {}, b {} }")))
                    .toCompletableFuture()
                    .join();
            assertThat(servers.isReady()).isTrue();
            servers.named("b").orElseThrow().drain().toCompletableFuture().join();
            assertThat(servers.isReady()).isFalse();
            assertThat(servers.states())
                    .containsEntry("a", new ServerState.Ready())
                    .containsOnlyKeys("a", "b");
        }
    }
}
