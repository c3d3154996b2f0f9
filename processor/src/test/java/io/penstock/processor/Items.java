package io.penstock.processor;

import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.QuarantineProtocol.Item;
import io.penstock.protocol.TlsSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Frames to be set aside, and where. */
final class Items {
    static final Instant TIME = Instant.parse("2026-11-23T07:53:12.123456Z");

    private Items() {}

    static QuarantineSettings settings() {
        return new QuarantineSettings(
                Optional.empty(), 1 << 20, QuarantineSettings.WhenFull.REFUSE, Optional.empty(), true);
    }

    static QuarantineSettings limited(int files, QuarantineSettings.WhenFull whenFull) {
        return new QuarantineSettings(
                Optional.empty(), files * QuarantineFiles.LEAST_COST, whenFull, Optional.empty(), true);
    }

    static QuarantineSettings keptFor(Duration age) {
        return new QuarantineSettings(
                Optional.empty(), 1 << 20, QuarantineSettings.WhenFull.REFUSE, Optional.of(age), true);
    }

    static QuarantineSettings withoutPayload() {
        return new QuarantineSettings(
                Optional.empty(), 1 << 20, QuarantineSettings.WhenFull.REFUSE, Optional.empty(), false);
    }

    static Item item(String payload) {
        return item(payload, TIME);
    }

    static Item item(String payload, Instant time) {
        return new Item(time, connection(null), "processor-failed", "it is poison", ByteString.fromString(payload));
    }

    static Item of(String payload, String subject) {
        return new Item(
                TIME,
                connection(tls(subject)),
                "too-long",
                "65537 bytes (expected: <= 65536)",
                ByteString.fromString(payload),
                65537);
    }

    static TlsSession tls(String subject) {
        return new TlsSession("TLSv1.3", "TLS_AES_256_GCM_SHA384", client(subject), "gate.test", "x/1");
    }

    private static ClientIdentity client(String subject) {
        return new ClientIdentity(
                subject,
                "CN=ca",
                "0a",
                "ff".repeat(32),
                List.of("pump.test"),
                List.of("spiffe://test/pump"),
                List.of(),
                List.of());
    }

    private static ConnectionInfo connection(@Nullable TlsSession tls) {
        return new ConnectionInfo(
                12,
                ConnectionInfo.DEFAULT_LISTENER,
                address("2001:db8::7", 51234),
                address("192.0.2.1", 8000),
                Protocols.LINES,
                tls);
    }

    private static InetSocketAddress address(String literal, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(literal), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
