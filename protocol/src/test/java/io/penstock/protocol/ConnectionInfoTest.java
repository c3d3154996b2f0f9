package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class ConnectionInfoTest {
    private final InetSocketAddress peer = new InetSocketAddress("10.0.0.5", 40112);
    private final InetSocketAddress local = new InetSocketAddress("10.0.0.11", 8000);
    private final InetSocketAddress client = new InetSocketAddress("2001:db8::7", 51234);
    private final ConnectionInfo info =
            new ConnectionInfo(12, ConnectionInfo.DEFAULT_LISTENER, peer, local, Protocols.LINES, null);

    @Test
    void hasTheClientsAddressOnceItIsAnnounced() {
        ConnectionInfo announced = info.announced(ProxyHeader.of(2, client, local));
        assertThat(announced.peer()).isEqualTo(client);
        assertThat(announced.local()).isEqualTo(local);
        assertThat(announced.proxy()).isEqualTo(new ProxyInfo(peer, ProxyHeader.of(2, client, local)));
        assertThat(announced.label()).isEqualTo("c12 [2001:db8:0:0:0:0:0:7]:51234 via 10.0.0.5:40112");
        assertThat(announced.withTls(new TlsSession("TLSv1.3", "c")).proxy()).isEqualTo(announced.proxy());
    }

    @Test
    void staysItselfWhereNobodyIsAnnounced() {
        assertThat(info.announced(ProxyHeader.notRelayed(2))).isEqualTo(info);
        assertThat(info.label()).isEqualTo("c12 10.0.0.5:40112");
    }

    @Test
    void keepsTheSocketsAddressWhereTheClientHasNone() {
        ProxyHeader unix =
                new ProxyHeader(2, true, null, null, ByteString.emptyByteString(), "a.example", null, null, null);
        ConnectionInfo announced = info.announced(unix);
        assertThat(announced.peer()).isEqualTo(peer);
        assertThat(announced.proxy()).isNotNull();
        assertThat(announced.label()).isEqualTo("c12 10.0.0.5:40112");
    }
}
