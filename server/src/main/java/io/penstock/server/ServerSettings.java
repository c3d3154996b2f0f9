package io.penstock.server;

import com.typesafe.config.Config;
import io.penstock.protocol.FramingSettings;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.tls.TlsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of one listener.
 *
 * @param host address to bind; {@code 0.0.0.0} also takes IPv6 where Java binds dual-stack sockets
 * @param port 0 to 65535; 0 means any free port
 * @param backlog connections that the kernel may hold before they are accepted
 * @param hostname the name clients use, for the development leaf and for warnings; empty: localhost
 * @param tls empty: plaintext
 * @param framing codec, limits and window
 * @param maxConnections connections at once; one more is refused
 * @param handshakeTimeout absolute, from accept
 * @param idleTimeout without a byte in either direction
 * @param drainTimeout how long a drain waits before it cuts
 * @param closeLinger how long the socket is kept for the peer's FIN after our own
 */
public record ServerSettings(
        String host,
        int port,
        int backlog,
        Optional<String> hostname,
        Optional<TlsSettings> tls,
        FramingSettings framing,
        int maxConnections,
        Duration handshakeTimeout,
        Optional<Duration> idleTimeout,
        Duration drainTimeout,
        Duration closeLinger) {

    /**
     * Reads {@code penstock} of a configuration that includes the modules' {@code reference.conf}.
     *
     * @throws io.penstock.protocol.InvalidSettingsException with every problem found
     */
    public static ServerSettings from(Config config) {
        SettingsReader reader = new SettingsReader(config);
        ServerSettings settings = read(reader);
        reader.finish();
        return settings;
    }

    /** Reads this module's keys and those of the modules below; problems are left in the reader. */
    static ServerSettings read(SettingsReader reader) {
        return new ServerSettings(
                reader.text("host"),
                reader.integer("port", 0, 65535),
                reader.integer("backlog", 1, Integer.MAX_VALUE),
                reader.optionalText("hostname"),
                reader.flag("plaintext") ? Optional.empty() : Optional.of(tls(reader)),
                FramingSettings.read(reader),
                reader.integer("max-connections", 1, Integer.MAX_VALUE),
                reader.duration("handshake-timeout"),
                reader.durationOrOff("idle-timeout"),
                reader.duration("drain-timeout"),
                reader.duration("close-linger"));
    }

    private static TlsSettings tls(SettingsReader reader) {
        return new TlsSettings(
                reader.optionalText("tls.cert").map(Path::of),
                reader.optionalText("tls.key").map(Path::of),
                reader.optionalText("tls.key-password-file").map(Path::of),
                reader.choice("tls.client-auth", TlsSettings.ClientAuth.class),
                reader.optionalText("tls.client-ca").map(Path::of));
    }
}
