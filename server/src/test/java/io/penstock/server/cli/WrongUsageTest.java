package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WrongUsageTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "serve --prot x | penstock serve: unknown option --prot (near: --port, --protocol)",
                "serve --zzzzzz | penstock serve: unknown option --zzzzzz",
                "serve --port | penstock serve: --port needs a value (expected: PORT)",
                "serve --cert --key k | penstock serve: --cert needs a value (expected: CHAIN.pem)",
                "serve a.conf b.conf | penstock serve: unexpected argument b.conf",
                "serve --set port | penstock serve: --set port (expected: KEY=VALUE)",
                "serve --set =1 | penstock serve: --set =1 (expected: KEY=VALUE)",
                "serve --set a..b=1 | penstock serve: --set a..b (expected: a key such as tls.cert)",
                "config --nope | penstock config: unknown option --nope",
                "version now | penstock version: unexpected argument now",
                "cert dev --port 1 | penstock cert dev: unknown option --port",
                "cert show | penstock cert show: what to show is missing (expected: HOST:PORT or FILE)",
                "cert show --jsn f | penstock cert show: unknown option --jsn (near: --json)",
                "cert show --ca | penstock cert show: --ca needs a value (expected: FILE)",
                "quarantine show | penstock quarantine show: ID is missing (expected: one of those of penstock quarantine list)",
                "quarantine show a b | penstock quarantine show: unexpected argument b",
                "quarantine list x | penstock quarantine list: unexpected argument x (expected: FILE.conf)",
                "quarantine replay | penstock quarantine replay: what to replay is missing (expected: --all or ID)",
                "quarantine replay --all a | penstock quarantine replay: --all and a (expected: one of them)",
                "quarantine replay --timeout 0 a | penstock quarantine replay: --timeout 0 (expected: seconds, 1 to 999999)",
                "quarantine lst | penstock quarantine: unknown command lst (near: list)",
                "quarantine | penstock quarantine: what to do is missing (expected: list, show or replay)",
                "cert show --timeout 0 f | penstock cert show: --timeout 0 (expected: seconds, 1 to 3600)",
            })
    void saysWhatIsWrongInOneLineAndWhereHelpIs(String words, String line) {
        Run run = Run.of(words.split(" "));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        String command = line.substring(0, line.indexOf(':'));
        assertThat(run.err().lines()).containsExactly(line, "try '" + command + " --help'");
    }

    @Test
    void namesTheCommandsThatAreNearAnUnknownOne() {
        assertThat(Run.of("sevre").err().lines())
                .containsExactly("penstock: unknown command sevre (near: serve)", "try 'penstock --help'");
        assertThat(Run.of("xyzzy").err()).startsWith("penstock: unknown command xyzzy\n");
        assertThat(Run.of("cert", "shwo").err()).startsWith("penstock cert: unknown command shwo (near: show)\n");
        assertThat(Run.of("--verbose").err()).startsWith("penstock: unknown option --verbose\n");
    }

    @Test
    void asksForACommandWhenThereIsNone() {
        assertThat(Run.of().code()).isEqualTo(2);
        assertThat(Run.of("cert").err()).startsWith("penstock cert: what to do is missing (expected: dev or show)\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "serve ",
                "check ",
                "send ",
                "bench ",
                "config ",
                "version ",
                "cert ",
                "cert dev ",
                "cert show ",
                "quarantine ",
                "quarantine list ",
                "quarantine show ",
                "quarantine replay "
            })
    void helpGoesToStdoutWithAnExample(String command) {
        Run run = Run.of((command + "--help").split(" "));

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Usage: penstock ").contains("Example: penstock ");
    }

    @Test
    void helpOfServeNamesEveryOptionWithItsDefault() {
        String help = Run.of("serve", "--help").out();

        for (ServeOption option : ServeOption.values()) {
            assertThat(help).contains("  " + option.option);
        }
        assertThat(help).contains("[0.0.0.0]").contains("[8000]").contains("--set KEY=VALUE");
        assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(120));
    }

    @Test
    void versionSaysWhatRuns() {
        assertThat(Run.of("--version").out()).matches("penstock \\d+\\.\\d+\\.\\d+\\S*\n");
        assertThat(Run.of("version").out())
                .containsPattern("penstock  \\d")
                .contains(System.getProperty("java.runtime.version"))
                .containsPattern("pekko     \\d");
    }
}
