package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.testkit.hostile.GarbageClient;
import io.penstock.testkit.hostile.HostileClient;
import io.penstock.testkit.hostile.ServerEnd;
import io.penstock.testkit.hostile.Target;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a server does in a bad network. */
class FaultyRelayTest {
    private static PenstockExtension lines() {
        return PenstockExtension.create().with("protocol", "lines").with("close-linger", "100ms");
    }

    @Nested
    class WithoutTimes {
        @RegisterExtension
        final PenstockExtension penstock = lines().with("ack", "processed").with("lines.reply", "echo");

        @Test
        void handshakeAndFramesArriveWholeAndInOrderWhenTheyAreDelayed() {
            try (FaultyRelay network = penstock.relay().delay(Duration.ofMillis(20));
                    TlsClient client = penstock.connect(network)) {
                String[] lines =
                        IntStream.range(0, 200).mapToObj(i -> "line " + i).toArray(String[]::new);
                for (String line : lines) {
                    client.send(line + "\n");
                }
                penstock.probe().expectOpen();
                penstock.probe().expectFrames(lines);
                for (String line : lines) {
                    assertThat(client.readLine()).isEqualTo(line);
                }
            }
            assertThat(penstock.awaitEvent(Closed.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
        }

        @Test
        void nothingIsLostWhenTheNetworkStallsWithAnAcknowledgementUnderWay() {
            try (FaultyRelay network = penstock.relay();
                    TlsClient client = penstock.connect(network)) {
                penstock.probe().expectOpen();
                client.send("before\n");
                Deliver before = penstock.probe().expectBatch();
                network.stall();
                client.send("meanwhile\n");
                penstock.probe().done(before);
                network.goOn();
                penstock.probe().expectFrames("meanwhile");
                assertThat(client.readLine()).isEqualTo("before");
                assertThat(client.readLine()).isEqualTo("meanwhile");
            }
        }

        @Test
        void aCutIsATruncation() {
            try (FaultyRelay network = penstock.relay();
                    TlsClient client = penstock.connect(network)) {
                penstock.probe().expectOpen();
                network.cut();
                assertThat(penstock.awaitEvent(Closed.class).end().kind()).isEqualTo(Kind.TRUNCATED);
                assertThat(client.readAll()).isEmpty();
            }
        }

        @Test
        void aResetIsOne() {
            try (FaultyRelay network = penstock.relay()) {
                TlsClient client = penstock.connect(network);
                penstock.probe().expectOpen();
                network.reset();
                assertThat(penstock.awaitEvent(Closed.class).end().kind()).isEqualTo(Kind.RESET);
                assertThatThrownBy(client::readAll).isInstanceOf(UncheckedIOException.class);
            }
        }

        @Test
        void theEndsOfBothSidesPass() {
            try (FaultyRelay network = penstock.relay()) {
                TlsClient client = penstock.connect(network);
                penstock.probe().expectOpen();
                client.reset();
                assertThat(penstock.awaitEvent(Closed.class).end().kind()).isEqualTo(Kind.RESET);
                Target target = Target.of(network.address(), penstock.ca().clientContext(Optional.empty()));
                try (HostileClient garbage = new GarbageClient(target, 1, 1000).attack()) {
                    assertThat(garbage.awaitEnd()).isIn(ServerEnd.ALERTED, ServerEnd.RESET);
                }
            }
        }
    }

    /** One client vanishes; a neighbour whose frame is still being processed then goes on. */
    private static ConnectionEnd endOfTheVanished(PenstockExtension penstock, String reply) {
        try (FaultyRelay network = penstock.relay();
                TlsClient neighbour = penstock.connect()) {
            penstock.probe().expectOpen();
            neighbour.send("slow work\n");
            Deliver ofNeighbour = penstock.probe().expectBatch();
            TlsClient lost = penstock.connect(network);
            Open opened = penstock.probe().expectOpen();
            lost.send("the last word\n");
            Deliver last = penstock.probe().expectBatch();
            network.vanish();
            lost.truncate();
            penstock.probe().done(last, reply);
            ConnectionEnd end = penstock.awaitEvent(Closed.class).end();
            penstock.probe().expectClose(opened.connection());
            penstock.probe().done(ofNeighbour, "done");
            assertThat(neighbour.readLine()).isEqualTo("done");
            return end;
        }
    }

    @Nested
    class WithAnIdleTimeout {
        @RegisterExtension
        final PenstockExtension penstock = lines().with("idle-timeout", "2s");

        @Test
        void aClientThatHasVanishedIsNoticedAndItsNeighbourLives() {
            ConnectionEnd end = endOfTheVanished(penstock, "thanks");
            assertThat(end.kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(end.code()).isEqualTo("idle-timeout");
        }
    }

    @Nested
    class WithAWriteTimeout {
        /** More than the buffers of the system and the relay take. */
        private static final int MUCH = 12 * 1024 * 1024;

        @RegisterExtension
        final PenstockExtension penstock = lines().with("write-timeout", "300ms");

        @Test
        void aClientThatHasVanishedWithRepliesUnderWayIsNoticedAndItsNeighbourLives() {
            ConnectionEnd end = endOfTheVanished(penstock, "x".repeat(MUCH));
            assertThat(end.kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(end.code()).isEqualTo("write-timeout");
        }
    }
}
