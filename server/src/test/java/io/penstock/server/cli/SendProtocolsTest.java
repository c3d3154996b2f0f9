package io.penstock.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.Processors;
import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.PemFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code send} in every protocol. */
@Timeout(60)
class SendProtocolsTest {
    private static final CertificateAuthority CA = CertificateAuthority.create("Send test CA");
    private static final Identity LOCALHOST = CA.server("localhost", "127.0.0.1");

    @TempDir
    private Path directory;

    @BeforeEach
    void writeCa() throws IOException {
        PemFiles.writeCertificates(directory.resolve("ca.pem"), List.of(CA.certificate()));
    }

    private Run send(String input, LocalServer server, String... words) {
        List<String> all = new ArrayList<>(List.of("send", "--ca=" + directory.resolve("ca.pem"), server.address()));
        all.addAll(List.of(words));
        return Run.typing(
                new ByteArrayInputStream(input.getBytes(UTF_8)),
                Map.of("PENSTOCK_HOME", directory.toString()),
                all.toArray(String[]::new));
    }

    @Nested
    class Framed {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "nul",
                    "length:1",
                    "length:4",
                    "length:2:le:inclusive",
                    "varint",
                    "netstring",
                    "json",
                    "syslog"
                })
        void everyLineIsAFrameAndEveryFrameOfTheAnswerALine(String protocol) throws IOException {
            try (LocalServer server =
                    LocalServer.tls(directory, LOCALHOST, Processors.echo(), "protocol = \"" + protocol + "\"")) {
                Run run = send("[1]\n{\"two\": 2}\n[\"without an end\"]", server, "--protocol", protocol);

                assertThat(run).isEqualTo(new Run(0, "[1]\n{\"two\": 2}\n[\"without an end\"]\n", ""));
            }
        }

        @Test
        void saysWhichLineCannotBeSent() throws IOException {
            try (LocalServer server =
                    LocalServer.tls(directory, LOCALHOST, Processors.echo(), "protocol = \"length:1\"")) {
                Run run = send("x".repeat(256) + "\n", server, "--protocol", "length:1");

                assertThat(run.code()).isEqualTo(1);
                assertThat(run.err()).contains("a line of the input cannot be sent by length:1:be: ");
            }
        }

        @Test
        void saysWhenTheAnswerIsOfAnotherProtocol() throws IOException {
            try (LocalServer server = LocalServer.tls(directory, LOCALHOST, Processors.echo(), "protocol = lines")) {
                Run run = send("x\n", server, "--protocol", "length:1");

                assertThat(run.code()).isEqualTo(0);
            }
        }
    }
}
