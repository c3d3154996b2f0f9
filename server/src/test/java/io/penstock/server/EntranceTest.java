package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.processor.Processors;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Accepted;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Handshaken;
import io.penstock.protocol.ConnectionEvent.Held;
import io.penstock.protocol.ConnectionEvent.Refused;
import io.penstock.protocol.ConnectionEvent.Resumed;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way into a port, over real sockets. */
class EntranceTest {
    private static void isReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    private static void echoes(Socket socket) throws IOException {
        socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
        assertThat(socket.getInputStream().readNBytes(5))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("hello");
    }

    private static Harness echo(String... settings) {
        return Harness.plaintext(Processors.echo(), settings);
    }

    @Nested
    class Lists {
        @Test
        void resetWhoIsDenied() throws Exception {
            try (Harness harness = echo("admission.deny = [127.0.0.0/8]");
                    Socket socket = harness.connect()) {
                isReset(socket);
                Refused refused = harness.await(Refused.class);
                assertThat(refused.limit()).isEqualTo("admission.deny");
                assertThat(refused.reason()).isEqualTo("127.0.0.0/8 is denied");
                assertThat(refused.peer().getPort()).isEqualTo(socket.getLocalPort());
            }
        }

        @Test
        void areReadAgainOnRequestOnAPlaintextPort(@TempDir Path dir) throws Exception {
            Path deny = Files.writeString(dir.resolve("deny.txt"), "192.0.2.0/24\n");
            try (Harness harness = echo("admission.deny-file = \"" + deny + "\"", "tls.reload-interval = off");
                    Socket before = harness.connect()) {
                echoes(before);
                Files.writeString(deny, "127.0.0.1\n");
                assertThat(harness.server().reload().toCompletableFuture().join())
                        .isInstanceOf(ReloadResult.Reloaded.class);
                try (Socket after = harness.connect()) {
                    isReset(after);
                }
                echoes(before);
            }
        }

        @Test
        void areLookedAtAgainByThemselves(@TempDir Path dir) throws Exception {
            Path deny = Files.writeString(dir.resolve("deny.txt"), "");
            try (Harness harness = echo("admission.deny-file = \"" + deny + "\"", "tls.reload-interval = 1ms")) {
                Files.writeString(deny, "127.0.0.1\n");
                assertThat(harness.await(ConnectionEvent.ListsReloaded.class).denied())
                        .isEqualTo(1);
                try (Socket after = harness.connect()) {
                    isReset(after);
                }
            }
        }
    }

    @Nested
    class BeyondALimit {
        @Test
        void aConnectionIsClosedInOrderWhereThatIsAskedFor() throws Exception {
            try (Harness harness = echo("admission.address-connections = 1", "admission.at-connections = close");
                    Socket first = harness.connect();
                    Socket second = harness.connect()) {
                assertThat(second.getInputStream().read()).isEqualTo(-1);
                Refused refused = harness.await(Refused.class);
                assertThat(refused.limit()).isEqualTo("admission.address-connections");
                assertThat(refused.reason()).isEqualTo("1 connections from 127.0.0.1 are open");
                echoes(first);
            }
        }

        @Test
        void connectionsWaitInTheBacklogUntilOneGoes() throws Exception {
            try (Harness harness = echo("max-connections = 1", "admission.at-connections = wait");
                    Socket first = harness.connect()) {
                echoes(first);
                Held held = harness.await(Held.class);
                assertThat(held.limit()).isEqualTo("max-connections");
                assertThat(held.reason()).isEqualTo("1 connections are open");
                assertThat(held.local()).isEqualTo(harness.server().localAddress());
                try (Socket second = harness.connect();
                        Socket third = harness.connect()) {
                    second.getOutputStream().write('2');
                    third.getOutputStream().write('3');
                    assertThat(harness.server().isReady()).isTrue();
                    first.shutdownOutput();
                    assertThat(second.getInputStream().read()).isEqualTo('2');
                    second.shutdownOutput();
                    assertThat(third.getInputStream().read()).isEqualTo('3');
                }
                // Held once, though three have come and gone.
                assertThat(harness.events.stream().filter(Held.class::isInstance))
                        .isEmpty();
                assertThat(harness.await(Resumed.class).limit()).isEqualTo("max-connections");
                assertThat(harness.events.stream().filter(Refused.class::isInstance))
                        .isEmpty();
            }
        }

        @Test
        void connectionsWaitForARate() throws Exception {
            try (Harness harness = echo("admission.rate = 5", "admission.at-rate = wait")) {
                for (int i = 0; i < 8; i++) {
                    try (Socket socket = harness.connect()) {
                        echoes(socket);
                    }
                }
                assertThat(harness.await(Held.class).limit()).isEqualTo("admission.rate");
                assertThat(harness.await(Resumed.class).after()).isPositive();
            }
        }

        @Test
        void oneThatComesTooSoonIsReset() throws Exception {
            try (Harness harness = echo("admission.address-rate = 1")) {
                // Whatever the machine is busy with, of many in a row one comes within a second of the one before.
                do {
                    harness.connect().close();
                } while (!(harness.await(ConnectionEvent.class) instanceof Refused));
            }
        }
    }

    @Nested
    class Suspended {
        @Test
        void letsConnectionsWaitUntilItIsResumed() throws Exception {
            try (Harness harness = echo();
                    Socket before = harness.connect()) {
                echoes(before);
                harness.server().suspend().toCompletableFuture().join();
                assertThat(harness.server().state()).isInstanceOf(ServerState.Paused.class);
                assertThat(harness.server().isReady()).isFalse();
                assertThat(harness.await(Held.class).limit()).isEqualTo("suspend");
                try (Socket first = harness.connect();
                        Socket second = harness.connect()) {
                    first.getOutputStream().write('1');
                    second.getOutputStream().write('2');
                    echoes(before);
                    assertThat(harness.events.stream().filter(Accepted.class::isInstance))
                            .isEmpty();

                    harness.server().resume().toCompletableFuture().join();
                    assertThat(harness.await(Resumed.class).limit()).isEqualTo("suspend");
                    assertThat(harness.server().isReady()).isTrue();
                    assertThat(first.getInputStream().read()).isEqualTo('1');
                    assertThat(second.getInputStream().read()).isEqualTo('2');
                }
            }
        }

        @Test
        void twiceIsOnce() throws Exception {
            try (Harness harness = echo()) {
                harness.server().suspend().toCompletableFuture().join();
                harness.server().suspend().toCompletableFuture().join();
                harness.server().resume().toCompletableFuture().join();
                harness.server().resume().toCompletableFuture().join();
                harness.await(Held.class);
                harness.await(Resumed.class);
                assertThat(harness.events).isEmpty();
            }
        }

        @Test
        void drainsAndTurnsAwayWhoWasWaiting() throws Exception {
            try (Harness harness = echo();
                    Socket before = harness.connect()) {
                harness.await(Handshaken.class);
                harness.server().suspend().toCompletableFuture().join();
                try (Socket waiting = harness.connect()) {
                    before.shutdownOutput();
                    harness.await(Closed.class);
                    harness.server().drain().toCompletableFuture().join();
                    isReset(waiting);
                }
                harness.server().suspend().toCompletableFuture().join();
            }
        }
    }
}
