package io.penstock.server.cli;

import static io.penstock.server.cli.Sender.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.Processors;
import java.io.IOException;
import java.nio.file.Path;
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
    @TempDir
    private Path directory;

    private Sender sender;

    @BeforeEach
    void writeCa() {
        sender = new Sender(directory);
    }

    private Run send(String input, LocalServer server, String protocol) {
        return sender.send(input, sender.trusted(), server.address(), "--protocol", protocol);
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
                Run run = send("[1]\n{\"two\": 2}\n[\"without an end\"]", server, protocol);

                assertThat(run).isEqualTo(new Run(0, "[1]\n{\"two\": 2}\n[\"without an end\"]\n", ""));
            }
        }

        @Test
        void saysWhichLineCannotBeSent() throws IOException {
            try (LocalServer server =
                    LocalServer.tls(directory, LOCALHOST, Processors.echo(), "protocol = \"length:1\"")) {
                Run run = send("x".repeat(256) + "\n", server, "length:1");

                assertThat(run.code()).isEqualTo(1);
                assertThat(run.err()).contains("a line of the input cannot be sent by length:1:be: ");
            }
        }

        @Test
        void saysWhenTheAnswerIsOfAnotherProtocol() throws IOException {
            try (LocalServer server = LocalServer.tls(directory, LOCALHOST, Processors.echo(), "protocol = lines")) {
                Run run = send("x\n", server, "length:1");

                assertThat(run.code()).isEqualTo(0);
            }
        }
    }
}
