package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.InvalidSettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadConfigurationTest {
    @TempDir
    private Path directory;

    @Test
    void fiveMistakesAreFiveLines() throws IOException {
        Path file = Files.writeString(directory.resolve("app.conf"), """
                penstock {
                  idle-timeuot = 5s
                  backlog = many
                  tls.cert = /no/such.pem
                }
                """);
        ServerStarter starter = (settings, home) -> {
            throw new InvalidSettingsException(List.of("penstock.tls.cert: "
                    + settings.listeners()
                            .get(0)
                            .server()
                            .tls()
                            .orElseThrow()
                            .certificate()
                            .cert()
                            .orElseThrow()
                    + " (expected: a file)"));
        };

        Run run = Run.with(
                Map.of("PENSTOCK_TLS_CLIENT_AUTH", "maybe"), starter, "serve", "--port", "70000", file.toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(5);
        assertThat(run.err())
                .contains("penstock.port: 70000 (expected: 0..65535) at command line (--port)\n")
                .contains("penstock.backlog: many (expected: a whole number) at " + file + ": 3\n")
                .contains("penstock.tls.client-auth: maybe (expected: none|optional|required)"
                        + " at environment PENSTOCK_TLS_CLIENT_AUTH\n")
                .contains("penstock.idle-timeuot: unknown key (did you mean idle-timeout?) at ")
                .contains(" at " + file + ": 2\n")
                .contains("penstock.tls.cert: /no/such.pem (expected: a file)\n");
    }

    @Test
    void makesNoDevelopmentCertificateForAConfigurationThatIsWrong() {
        assertThat(Run.of("serve", "--port", "x").code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "ack=stored | penstock.ack: stored (expected: processed at the most, which is how far frames come with"
                        + " this processor)",
                "ack=x | penstock.ack: x (expected: auto|none|received|processed|stored)",
                "lines.reply=all | penstock.lines.reply: all (expected: none|echo|count|batch)",
                "tls.engine=openssl | penstock.tls.engine: openssl (expected: auto|jdk|native)",
                "proxy-protocol.mode=on | penstock.proxy-protocol.mode: on (expected: off|optional|required)",
                "protocol=morse | penstock.protocol: morse (expected: json|length:1|2|4|8[:be|le][:inclusive]|lines"
                        + "|netstring|nul|raw|relp|syslog|varint, or the full name of a class)",
                "admin.listen=[::1]:9 | penstock.admin.listen: [::1]:9 (expected: off; the admin pages are not in this"
                        + " version)",
                "plaintext=perhaps | penstock.plaintext: perhaps (expected: true or false)",
                "idle-timeout=-1s | penstock.idle-timeout: -1s (expected: > 0)",
                "drain-timeout=soon | penstock.drain-timeout: soon (expected: a duration such as 10s)",
                "max-frame-size=big | penstock.max-frame-size: big (expected: a size such as 64KiB)",
                "max-connections=0 | penstock.max-connections: 0 (expected: >= 1)",
                "max-connections=few | penstock.max-connections: few (expected: a whole number)",
                "log.level=loud | penstock.log.level: loud (expected: error|warn|info|debug|trace)",
                "ready-file=/no/where/f | penstock.ready-file: /no/where/f (expected: a file in a directory that can be"
                        + " written)",
            })
    void eachMistakeHasItsWords(String set, String line) {
        Run run = Run.of("serve", "--set", set);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo(line + " at command line (--set " + set.substring(0, set.indexOf('=')) + ")\n");
    }

    @Test
    void nullsAndMisplacedValuesAreProblemsLikeOthers() throws IOException {
        Path file = Files.writeString(
                directory.resolve("app.conf"),
                "penstock { idle-timeout = null, port { a = 1 }, proxy-protocol.trusted = null, host = [1] }");

        Run run = Run.of("serve", file.toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("penstock.idle-timeout: null (expected: ")
                .contains("penstock.port: {\"a\":1} (expected: a whole number)")
                .contains("penstock.proxy-protocol.trusted: null (expected: a list)")
                .contains("penstock.host: [1] (expected: text)")
                .doesNotContain("Exception");
    }

    @Test
    void problemsCannotWriteLinesOfTheirOwn() {
        Run run = Run.of("serve", "--port", "1\n\u001b[2Jx");

        assertThat(run.err())
                .isEqualTo("penstock.port: 1\\x0a\\x1b[2Jx (expected: a whole number) at command line (--port)\n");
    }
}
