package io.penstock.server;

import static jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT;
import static jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE;
import static jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.io.Inet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeepAliveTest {
    @ParameterizedTest
    @CsvSource({"10, 1, 1", "12, 3, 1", "60, 15, 5", "120, 30, 10", "86400, 21600, 7200"})
    void asksAfterAQuarterOfTheTime(int seconds, int idle, int interval) {
        assertThat(KeepAlive.within(Duration.ofSeconds(seconds))).isEqualTo(new KeepAlive(idle, interval));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 11, 17, 18, 19, 23, 59, 60, 61, 3601, 86399})
    void givesUpWhenTheTimeIsOverAndBearsAnOutageOfAThirdOfIt(int seconds) {
        KeepAlive times = KeepAlive.within(Duration.ofSeconds(seconds));

        assertThat(times.idle() + KeepAlive.PROBES * times.interval()).isEqualTo(seconds);
        assertThat(times.idle()).isPositive();
        assertThat((KeepAlive.PROBES - 1) * times.interval()).isGreaterThanOrEqualTo(seconds / 3);
    }

    @Test
    void isSetOnASocketThatWasAccepted() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    SocketChannel accepted = server.accept()) {
                for (Inet.SocketOption option : KeepAlive.options(Optional.of(Duration.ofMinutes(1)))) {
                    option.afterConnect(accepted.socket());
                }

                assertThat(client.isConnected()).isTrue();
                assertThat(accepted.getOption(StandardSocketOptions.SO_KEEPALIVE))
                        .isTrue();
                assertThat(accepted.getOption(TCP_KEEPIDLE)).isEqualTo(15);
                assertThat(accepted.getOption(TCP_KEEPINTERVAL)).isEqualTo(5);
                assertThat(accepted.getOption(TCP_KEEPCOUNT)).isEqualTo(9);
            }
        }
    }

    @Test
    void leavesASocketAloneThatIsGone() throws IOException {
        SocketChannel gone = SocketChannel.open();
        gone.close();

        assertThatCode(() -> new KeepAlive(1, 1).afterConnect(gone.socket())).doesNotThrowAnyException();
    }

    @Test
    void isTheSystemsWhereNoTimeIsSet() {
        assertThat(KeepAlive.options(Optional.empty())).noneMatch(KeepAlive.class::isInstance);
    }
}
