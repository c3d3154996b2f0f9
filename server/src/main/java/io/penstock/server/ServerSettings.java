package io.penstock.server;

import com.typesafe.config.Config;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.FramingSettings;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.tls.TlsSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of one listener.
 *
 * @param name what it is called in the log and in {@link ConnectionInfo}; {@link ConnectionInfo#DEFAULT_LISTENER} where
 *     it has no section of its own
 * @param host address to bind; {@code 0.0.0.0} also takes IPv6 where Java binds dual-stack sockets
 * @param port 0 to 65535; 0 means any free port
 * @param backlog connections that the kernel may hold before they are accepted
 * @param hostname the name clients use, for the development leaf and for warnings; empty: localhost
 * @param tls empty: plaintext
 * @param framing codec, limits and window
 * @param ack how far frames have come when their sender is told; empty: it is not told
 * @param maxConnections connections at once, never more than the limit of open files has room for, and by default than the heap has; one more is
 *     refused
 * @param handshakeTimeout absolute, from accept
 * @param times how long a connection may be silent, stalled or open
 * @param rate what one connection may bring in a second
 * @param identityRate what all connections of one client may bring in a second, by its certificate
 * @param drain how it stops
 * @param closeLinger how long the socket is kept for the peer's FIN after our own
 * @param whenSuspended what is done with new connections while the processor cannot work
 * @param admission who is taken on, and how many
 * @param proxy whether a PROXY header comes before the client's bytes
 */
public record ServerSettings(
        String name,
        String host,
        int port,
        int backlog,
        Optional<String> hostname,
        Optional<TlsSettings> tls,
        FramingSettings framing,
        Optional<AckStep> ack,
        int maxConnections,
        Duration handshakeTimeout,
        ConnectionTimes times,
        RateSettings rate,
        RateSettings identityRate,
        DrainSettings drain,
        Duration closeLinger,
        WhenSuspended whenSuspended,
        AdmissionSettings admission,
        ProxySettings proxy) {
    /** What becomes of new connections while nothing can be processed ({@code penstock.circuit.connections}). */
    public enum WhenSuspended {
        /** They are taken on, and wait as the others do. */
        HOLD,
        /** They are turned away; those that are there wait. */
        REFUSE
    }

    /** Read by the processor module where it makes a processor by its name. */
    private static final String[] OF_PROCESSORS = {
        "processor",
        "processor-config",
        "processor-dispatcher",
        "processor-restart",
        "processor-pool",
        "circuit",
        "on-processor-failure",
        "console",
        "envelope",
        "file",
        "forward",
        "tee",
        "quarantine"
    };

    /** Read by the command line. */
    private static final String[] OF_THE_STANDALONE = {"ready-file", "admin", "log"};

    /**
     * Reads {@code penstock} of a configuration that includes the modules' {@code reference.conf}, as {@code
     * ConfigFactory.load()} gives it. What only the processors and the standalone server use is let be. For a
     * configuration with {@code listeners} there is {@link ListenerSettings#from}.
     *
     * @throws io.penstock.protocol.InvalidSettingsException with every problem found
     */
    public static ServerSettings from(Config config) {
        SettingsReader reader = new SettingsReader(config);
        ServerSettings settings = read(reader, ConnectionInfo.DEFAULT_LISTENER, autoConnections(reader));
        reader.sections("listeners").forEach(section -> {
            reader.leave(section);
            reader.problem(section, "none, where one port is bound; Servers.bind binds all");
        });
        reader.open("tls-dispatcher");
        reader.leave(OF_PROCESSORS);
        reader.leave(OF_THE_STANDALONE);
        reader.finish();
        return settings;
    }

    /**
     * Reads a listener's keys and those of the modules below; problems are left in the reader.
     *
     * @param autoConnections what {@code max-connections = auto} is
     */
    static ServerSettings read(SettingsReader reader, String name, int autoConnections) {
        TlsSettings tls = TlsSettings.read(reader);
        FramingSettings framing = FramingSettings.read(reader);
        return new ServerSettings(
                name,
                reader.text("host"),
                reader.integer("port", 0, 65535),
                reader.integer("backlog", 1, Integer.MAX_VALUE),
                reader.optionalText("hostname"),
                reader.flag("plaintext") ? Optional.empty() : Optional.of(tls),
                framing,
                Acknowledging.read(reader, framing.protocol()),
                maxConnections(reader, autoConnections),
                reader.duration("handshake-timeout"),
                ConnectionTimes.read(reader),
                RateSettings.read(reader, "rate"),
                RateSettings.read(reader, "identity-rate"),
                DrainSettings.read(reader),
                reader.duration("close-linger"),
                reader.choice("circuit.connections", WhenSuspended.class),
                AdmissionSettings.read(reader),
                ProxySettings.read(reader));
    }

    /** What files and memory have room for, of all listeners together. */
    static int autoConnections(SettingsReader reader) {
        return Math.min(
                FileLimit.connections(),
                MemoryBudget.connections(reader, Runtime.getRuntime().maxMemory()));
    }

    /** The same with other certificates. */
    public ServerSettings withTls(TlsSettings other) {
        return with(Optional.of(other), framing);
    }

    /** The same with another protocol, limits and window. */
    public ServerSettings withFraming(FramingSettings other) {
        return with(tls, other);
    }

    private ServerSettings with(Optional<TlsSettings> otherTls, FramingSettings otherFraming) {
        return new ServerSettings(
                name,
                host,
                port,
                backlog,
                hostname,
                otherTls,
                otherFraming,
                ack,
                maxConnections,
                handshakeTimeout,
                times,
                rate,
                identityRate,
                drain,
                closeLinger,
                whenSuspended,
                admission,
                proxy);
    }

    private static int maxConnections(SettingsReader reader, int auto) {
        return reader.text("max-connections").equals("auto")
                ? auto
                : Math.min(FileLimit.connections(), reader.integer("max-connections", 1, Integer.MAX_VALUE));
    }
}
