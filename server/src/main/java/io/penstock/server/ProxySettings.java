package io.penstock.server;

import io.penstock.protocol.SettingsReader;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Whether a PROXY header comes before the client's bytes ({@code penstock.proxy-protocol}).
 *
 * @param trusted whose header is believed; not empty unless the mode is {@link Mode#OFF}
 */
public record ProxySettings(Mode mode, List<AddressRange> trusted) {
    static final String TRUSTED = "proxy-protocol.trusted";

    /** What is expected of a trusted peer. */
    public enum Mode {
        /** No header. */
        OFF,
        /** A header, or none: its first bytes decide. */
        OPTIONAL,
        /** A header; and nobody else may connect. */
        REQUIRED
    }

    public ProxySettings {
        trusted = List.copyOf(trusted);
    }

    static ProxySettings read(SettingsReader reader) {
        Mode mode = reader.choice("proxy-protocol.mode", Mode.class);
        List<AddressRange> trusted = AddressListSettings.ranges(reader, TRUSTED);
        if (mode != Mode.OFF && reader.texts(TRUSTED).isEmpty()) {
            reader.problem(
                    TRUSTED, "the addresses of the proxies, such as 10.0.0.0/8, unless proxy-protocol.mode is off");
        }
        return new ProxySettings(mode, trusted);
    }

    /** What an operator would want to know: who trusts everybody is told anything. */
    Optional<String> warning() {
        return trusted.stream()
                .filter(range -> isOn() && range.bits() == 0)
                .findFirst()
                .map(everybody -> SettingsReader.ROOT + "." + TRUSTED + ": " + everybody
                        + " (any client can pass for any other; remedy: the addresses of the proxies alone)");
    }

    /** Whether connections may begin with a header. */
    public boolean isOn() {
        return mode != Mode.OFF;
    }

    /** Whether a header from this address is believed. */
    boolean trusts(InetAddress address) {
        return isOn() && trusted.stream().anyMatch(range -> range.contains(address));
    }

    /** Whether this address may not connect at all. */
    boolean shutsOut(InetAddress address) {
        return mode == Mode.REQUIRED && !trusts(address);
    }
}
