package io.penstock.processor;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.Protocol;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where {@link ForwardProcessor} sends frames.
 *
 * @param targets in the order in which they are tried; at least one
 * @param protocol how frames are put on the wire
 * @param timeout how long a target may take nothing, or leave a frame unanswered
 * @param connector makes the connections
 */
record ForwardSettings(List<Target> targets, Protocol protocol, Duration timeout, Outbound.Connector connector) {
    ForwardSettings {
        targets = List.copyOf(targets);
    }

    /** A host and its port. */
    record Target(String host, int port) {
        /** Of {@code host:port}, an IPv6 address in brackets; empty: it is something else. */
        static Optional<Target> parse(String text) {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "" : text.substring(0, colon);
            boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
            if (host.isEmpty() || (host.indexOf(':') >= 0 && !bracketed)) {
                return Optional.empty();
            }
            String port = text.substring(colon + 1);
            if (!port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535) {
                return Optional.empty();
            }
            return Optional.of(
                    new Target(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port)));
        }

        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * Reads the keys below {@code forward}.
     *
     * @param used whether frames will be forwarded: only then must there be a target
     * @param connectors reads the keys below {@code forward.tls}
     */
    static ForwardSettings read(
            SettingsReader reader, boolean used, Function<SettingsReader, Outbound.Connector> connectors) {
        List<String> written = reader.texts("forward.targets");
        if (used && written.isEmpty()) {
            reader.problem("forward.targets", "the hosts to forward to, such as [\"logs.example.org:2514\"]");
        }
        List<Target> targets =
                written.stream().flatMap(text -> target(text, reader)).toList();
        return new ForwardSettings(
                targets, protocol(reader), reader.duration("forward.timeout"), connectors.apply(reader));
    }

    private static java.util.stream.Stream<Target> target(String text, SettingsReader reader) {
        Optional<Target> target = Target.parse(text);
        if (target.isEmpty()) {
            reader.problem("forward.targets", "HOST:PORT, an IPv6 address in brackets, and not " + text);
        }
        return target.stream();
    }

    private static Protocol protocol(SettingsReader reader) {
        return Protocols.byName(reader.text("forward.protocol")).orElseGet(() -> {
            reader.problem("forward.protocol", String.join("|", Protocols.names()));
            return Protocols.RAW;
        });
    }

    /** For a new connection. */
    Wire wire() {
        return isAcknowledged() ? new RelpWire() : Wire.of(protocol);
    }

    /** Whether targets say what they have taken care of. */
    boolean isAcknowledged() {
        return protocol.name().equals("relp");
    }

    /** How far frames come. */
    AckStep reaches() {
        return isAcknowledged() ? AckStep.STORED : AckStep.PROCESSED;
    }
}
