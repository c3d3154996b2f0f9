package io.penstock.processor;

import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.Protocol;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.TlsSession;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** A connection that notes what would be sent. */
record FakeSession(ConnectionInfo connection, List<ByteString> sent) implements Session {
    static FakeSession raw(long id) {
        return of(id, Protocols.RAW);
    }

    static FakeSession lines(long id) {
        return of(id, Protocols.LINES);
    }

    static FakeSession syslog(long id) {
        return of(id, Protocols.SYSLOG);
    }

    /** A client that has shown a certificate of a subject. */
    static FakeSession identified(long id, String subject) {
        ClientIdentity client =
                new ClientIdentity(subject, "CN=ca", "01", "ab", List.of(), List.of(), List.of(), List.of());
        return of(id, Protocols.LINES, new TlsSession("TLSv1.3", "TLS_AES_128_GCM_SHA256", client, null, null));
    }

    private static FakeSession of(long id, Protocol protocol) {
        return of(id, protocol, null);
    }

    private static FakeSession of(long id, Protocol protocol, @Nullable TlsSession tls) {
        InetSocketAddress address = InetSocketAddress.createUnresolved("test", 1);
        return new FakeSession(
                new ConnectionInfo(id, ConnectionInfo.DEFAULT_LISTENER, address, address, protocol, tls),
                new ArrayList<>());
    }

    @Override
    public void send(ByteString payload) {
        sent.add(payload);
    }

    @Override
    public void disconnect(String reason) {}
}
