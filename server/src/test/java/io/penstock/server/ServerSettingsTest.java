package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.protocol.InvalidSettingsException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSettingsTest {
    @Test
    void defaultsAreReadable() {
        ServerSettings settings = ServerSettings.from(ConfigFactory.defaultReference());

        assertThat(settings.host()).isEqualTo("0.0.0.0");
        assertThat(settings.port()).isEqualTo(8000);
        assertThat(settings.backlog()).isEqualTo(9999);
        assertThat(settings.tls()).isPresent();
        assertThat(settings.times().idle()).isEmpty();
        assertThat(settings.handshakeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.maxConnections()).isBetween(1, FileLimit.connections());
    }

    @Test
    void whatOnlyProcessorsAndTheStandaloneReadIsLetBe() {
        ServerSettings settings = from("processor = x, file.path = y, log.level = no, ready-file = /no/where/f");

        assertThat(settings.port()).isEqualTo(8000);
    }

    @Test
    void unknownKeysAreRejected() {
        assertThatThrownBy(() -> from("prot = 1"))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("penstock.prot: unknown key");
    }

    @Test
    void tlsKeysAreKnownWithoutTlsToo() {
        assertThat(from("plaintext = true, tls.cert = x").tls()).isEmpty();
    }

    @Test
    void connectionsNeverExceedWhatFilesAllow() {
        assertThat(from("max-connections = 1").maxConnections()).isEqualTo(1);
        assertThat(from("max-connections = 2147483647").maxConnections()).isEqualTo(FileLimit.connections());
    }

    @ParameterizedTest
    @CsvSource({"1024, 960", "65536, 63488", "64, 1", "0, 1", "9223372036854775807, 2147483647"})
    void keepsAReserveOfFiles(long files, int connections) {
        assertThat(FileLimit.connections(files)).isEqualTo(connections);
    }

    @Test
    void readsTheSoftLimitAsTheKernelPrintsIt() {
        assertThat(FileLimit.parse(List.of(
                        "Limit                     Soft Limit           Hard Limit           Units     ",
                        "Max processes             1                    2                    processes ",
                        "Max open files            1024                 4096                 files     ")))
                .isEqualTo(1024);
        assertThat(FileLimit.parse(List.of("Max open files            unlimited            unlimited   files")))
                .isEqualTo(Long.MAX_VALUE);
    }

    private static ServerSettings from(String keys) {
        Config config = ConfigFactory.parseString("penstock { " + keys + " }");
        return ServerSettings.from(config.withFallback(ConfigFactory.defaultReference()));
    }
}
