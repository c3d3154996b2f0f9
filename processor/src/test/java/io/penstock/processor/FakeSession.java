package io.penstock.processor;

import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.Protocol;
import io.penstock.protocol.Protocols;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** A connection that notes what would be sent. */
record FakeSession(ConnectionInfo connection, List<ByteString> sent) implements Session {
    static FakeSession raw(long id) {
        return of(id, Protocols.RAW);
    }

    static FakeSession lines(long id) {
        return of(id, Protocols.LINES);
    }

    private static FakeSession of(long id, Protocol protocol) {
        InetSocketAddress address = InetSocketAddress.createUnresolved("test", 1);
        return new FakeSession(
                new ConnectionInfo(id, ConnectionInfo.DEFAULT_LISTENER, address, address, protocol, null),
                new ArrayList<>());
    }

    @Override
    public void send(ByteString payload) {
        sent.add(payload);
    }

    @Override
    public void disconnect(String reason) {}
}
