package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.server.ProxySettings.Mode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {
    private static ProxySettings read(String... settings) {
        return ServerSettings.from(Harness.config(String.join("\n", settings))).proxy();
    }

    private static InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.getByName(literal);
    }

    @Test
    void trustsNobodyByDefault() throws Exception {
        ProxySettings none = read();
        assertThat(none.mode()).isEqualTo(Mode.OFF);
        assertThat(none.isOn()).isFalse();
        assertThat(none.trusts(address("127.0.0.1"))).isFalse();
        assertThat(none.shutsOut(address("127.0.0.1"))).isFalse();
    }

    @Test
    void trustsNetworksAndAddresses() throws Exception {
        ProxySettings some =
                read("proxy-protocol { mode = optional, trusted = [10.0.0.0/8, 192.0.2.7, \"2001:db8::/32\"] }");
        assertThat(some.trusts(address("10.200.0.1"))).isTrue();
        assertThat(some.trusts(address("::ffff:192.0.2.7"))).isTrue();
        assertThat(some.trusts(address("2001:db8::1"))).isTrue();
        assertThat(some.trusts(address("192.0.2.8"))).isFalse();
        assertThat(some.shutsOut(address("192.0.2.8"))).isFalse();
    }

    @Test
    void shutsOthersOutWhereAHeaderIsRequired() throws Exception {
        ProxySettings required = read("proxy-protocol { mode = required, trusted = [10.0.0.0/8] }");
        assertThat(required.shutsOut(address("192.0.2.8"))).isTrue();
        assertThat(required.shutsOut(address("10.0.0.1"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"optional", "required"})
    void needsSomebodyToTrust(String mode) {
        assertThatThrownBy(() -> read("proxy-protocol.mode = " + mode))
                .hasMessageContaining(
                        "penstock.proxy-protocol.trusted: [] (expected: the addresses of the proxies, such"
                                + " as 10.0.0.0/8, unless proxy-protocol.mode is off)");
    }

    @Test
    void warnsOfTrustInEverybody() {
        assertThat(read("proxy-protocol { mode = optional, trusted = [10.0.0.0/8, \"::/0\"] }")
                        .warning())
                .contains("penstock.proxy-protocol.trusted: ::/0 (any client can pass for any other; remedy: the"
                        + " addresses of the proxies alone)");
        assertThat(read("proxy-protocol { mode = optional, trusted = [10.0.0.0/8] }")
                        .warning())
                .isEmpty();
        assertThat(read("proxy-protocol.trusted = [0.0.0.0/0]").warning()).isEmpty();
    }

    @Test
    void namesEachRangeThatIsNone() {
        assertThatThrownBy(() -> read("proxy-protocol { mode = required, trusted = [10.0.0.0/33, proxy.example] }"))
                .hasMessageContaining("penstock.proxy-protocol.trusted: 10.0.0.0/33 (expected: ")
                .hasMessageContaining("penstock.proxy-protocol.trusted: proxy.example (expected: ");
    }
}
