package io.penstock.server;

import static jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT;
import static jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE;
import static jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL;

import io.penstock.protocol.SettingsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.io.Inet;
import org.apache.pekko.io.TcpSO;

/**
 * When TCP asks a silent peer's host whether it is still there (RFC 9293 section 3.8.4), and when it gives it up. The host
 * answers, not the client: one that lives may be silent for ever.
 *
 * <pre>
 *   last byte ──idle──▶ probe ──interval──▶ probe … PROBES of them ──interval──▶ given up
 * </pre>
 *
 * @param idle seconds without a byte before the first probe
 * @param interval seconds between two probes, and after the last one
 */
record KeepAlive(int idle, int interval) implements Inet.SocketOption {
    /** Many and close, as those that a short outage swallows must not be all. */
    static final int PROBES = 9;

    /** As short as whole seconds allow. */
    private static final Duration MIN = Duration.ofSeconds(PROBES + 1);
    /** Linux takes up to 32,767 seconds for each part. */
    private static final Duration MAX = Duration.ofDays(1);

    /** Problems are left in the reader. */
    static Optional<Duration> read(SettingsReader reader, String key) {
        Optional<Duration> time = reader.secondsOrOff(key, MIN, MAX);
        if (time.isPresent() && !isSupported()) {
            reader.problem(key, "off, as Java cannot set the times of TCP keep-alives on this system");
        }
        return time;
    }

    private static boolean isSupported() {
        try (SocketChannel channel = SocketChannel.open()) {
            return channel.supportedOptions().containsAll(Set.of(TCP_KEEPIDLE, TCP_KEEPINTERVAL, TCP_KEEPCOUNT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a listener sets for each socket. */
    static List<Inet.SocketOption> options(Optional<Duration> deadPeer) {
        Inet.SocketOption on = TcpSO.keepAlive(true);
        Inet.SocketOption noDelay = TcpSO.tcpNoDelay(true);
        return deadPeer.map(time -> List.of(on, noDelay, within(time))).orElse(List.of(on, noDelay));
    }

    /** Gives a peer up after so long. The first probe goes after a quarter of it, or later, as there are no parts of seconds. */
    static KeepAlive within(Duration time) {
        int seconds = Math.toIntExact(time.toSeconds());
        int interval = Math.max(1, (seconds - seconds / 4) / PROBES);
        return new KeepAlive(seconds - PROBES * interval, interval);
    }

    /** Called by Pekko for each socket that has been accepted. */
    @Override
    public void afterConnect(Socket socket) {
        try {
            socket.setOption(TCP_KEEPIDLE, idle)
                    .setOption(TCP_KEEPINTERVAL, interval)
                    .setOption(TCP_KEEPCOUNT, PROBES);
        } catch (IOException e) {
            // It has been reset already, which some systems say here. Whoever reads it will be told.
        }
    }
}
