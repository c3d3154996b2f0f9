package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.Protocols;
import java.net.InetSocketAddress;
import org.apache.pekko.stream.StreamTcpException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingEndsTest {
    private static ConnectionEnd of(String words) {
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("localhost", 1);
        ConnectionInfo info =
                new ConnectionInfo(1, ConnectionInfo.DEFAULT_LISTENER, nowhere, nowhere, Protocols.RAW, null);
        return ReadingEnds.of(new StreamTcpException("The connection closed with error: " + words), info, event -> {
            throw new AssertionError(event);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection timed out",
                "Operation timed out",
                "No route to host",
                "Network is unreachable",
                "Network is down",
                "Host is down"
            })
    void callAPeerDeadWhenTheSystemHasGivenItUp(String words) {
        assertThat(of(words))
                .isEqualTo(new ConnectionEnd(
                        Kind.TIMED_OUT,
                        "dead-peer-timeout",
                        "the peer's host does not answer any more (" + words + ")"));
    }

    @Test
    void callAnythingElseOfTheTransportAReset() {
        assertThat(of("Connection reset"))
                .isEqualTo(new ConnectionEnd(Kind.RESET, "The connection closed with error: Connection reset"));
    }
}
