package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.TlsSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IdentityRatesTest {
    private final IdentityRates rates = new IdentityRates(new RateSettings(Optional.of(10L), Optional.empty()));

    private static ConnectionInfo of(String subject) {
        ClientIdentity client =
                new ClientIdentity(subject, "CN=CA", "01", "00", List.of(), List.of(), List.of(), List.of());
        return plain().withTls(new TlsSession("TLSv1.3", "TLS_AES_256_GCM_SHA384", client, null, null));
    }

    private static ConnectionInfo plain() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new ConnectionInfo(1, ConnectionInfo.DEFAULT_LISTENER, address, address, Protocols.RAW, null);
    }

    @Test
    void areOneForAllConnectionsOfAClient() {
        RateLimit first = rates.join(of("CN=pump")).orElseThrow();
        assertThat(rates.join(of("CN=pump"))).containsSame(first);
        assertThat(rates.join(of("CN=valve")).orElseThrow()).isNotSameAs(first);
    }

    @Test
    void areForgottenWithTheLastConnection() {
        RateLimit first = rates.join(of("CN=pump")).orElseThrow();
        rates.join(of("CN=pump"));
        rates.leave(of("CN=pump"));
        assertThat(rates.join(of("CN=pump"))).containsSame(first);
        rates.leave(of("CN=pump"));
        rates.leave(of("CN=pump"));
        assertThat(rates.size()).isZero();
    }

    @Test
    void doNotHoldForClientsWithoutACertificateNorWhenTheyAreOff() {
        assertThat(rates.join(plain())).isEmpty();
        rates.leave(plain());
        IdentityRates off = new IdentityRates(new RateSettings(Optional.empty(), Optional.empty()));
        assertThat(off.join(of("CN=pump"))).isEmpty();
        assertThat(off.size()).isZero();
    }
}
