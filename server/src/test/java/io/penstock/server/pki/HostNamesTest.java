package io.penstock.server.pki;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
    @ParameterizedTest
    @CsvSource({
        "example.org, example.org, true",
        "example.org, www.example.org, false",
        "*.example.org, www.example.org, true",
        "*.example.org, a.www.example.org, false",
        "*.example.org, example.org, false",
        "*.0.0.1, 127.0.0.1, false",
        "w*.example.org, www.example.org, false",
        "127.0.0.1, 127.0.0.1, true",
    })
    void coversByWholeNameAndByOneLabel(String certified, String host, boolean covered) {
        assertThat(HostNames.covers(certified, host)).isEqualTo(covered);
    }

    @ParameterizedTest
    @CsvSource({
        "Example.ORG., example.org",
        "bücher.example, xn--bcher-kva.example",
        "::1, 0:0:0:0:0:0:0:1",
        "10.0.0.1, 10.0.0.1",
        "localhost, localhost",
    })
    void spellsEveryNameInOneWay(String name, String normal) {
        assertThat(HostNames.normal(name)).contains(normal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "my_host", "-a.example", "a..example", "*.example.org", "a b", "::g"})
    void knowsWhatIsNoHost(String name) {
        assertThat(HostNames.normal(name)).isEmpty();
    }

    @Test
    void takesNoNameForAnAddress() {
        assertThat(HostNames.address("localhost")).isEmpty();
        assertThat(HostNames.address("256.1.1.1")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "::1, ::1",
        "0:0:0:0:0:0:0:0, ::",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "fe80:0:0:0:1:0:0:0, fe80::1:0:0:0",
        "127.0.0.1, 127.0.0.1",
        "*.example.org, *.example.org",
    })
    void areShownAsRfc5952HasThem(String name, String shown) {
        assertThat(HostNames.shown(HostNames.normal(name).orElse(name))).isEqualTo(shown);
    }
}
