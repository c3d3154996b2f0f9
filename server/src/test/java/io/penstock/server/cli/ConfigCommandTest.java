package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigCommandTest {
    @Test
    void showsEveryKeyWithItsOriginSortedAndAligned() {
        Run run = Run.with(
                Map.of("PENSTOCK_TLS_CLIENT_AUTH", "optional", "PENSTOCK_HOME", "/h"), "config", "--port", "9000");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .isSorted()
                .filteredOn(line -> !line.contains("-dispatcher."))
                .allSatisfy(line ->
                        assertThat(line.indexOf('#')).isEqualTo(run.out().indexOf('#')));
        assertThat(run.out())
                .containsPattern("penstock\\.port = 9000 +# command line \\(--port\\)\n")
                .containsPattern(
                        "penstock\\.tls\\.client-auth = \"optional\" +# environment PENSTOCK_TLS_CLIENT_AUTH\n")
                .containsPattern("penstock\\.quarantine\\.path = \"/h/quarantine\" +# default\n")
                .containsPattern("penstock\\.backlog = 9999 +# default\n");
        new Reference()
                .variables()
                .values()
                .forEach(key -> assertThat(run.out()).contains(key + " = "));
    }

    @Test
    void whatItShowsIsAConfigurationAgain() {
        Run run = Run.of("config", "--hostname", "quo\"te # x", "--set", "idle-timeout=5m");

        Config again = ConfigFactory.parseString(run.out());

        assertThat(again.getString("penstock.hostname")).isEqualTo("quo\"te # x");
        assertThat(again.entrySet()).hasSameSizeAs(new Reference().variables().keySet());
    }

    @Test
    void redactsSecretsAndShowsPathsOfSecrets() {
        String shown = shown("""
                penstock {
                  tls.key-password-file = /run/pw
                  processor-config { db-Password = s1, api { token = s2 }, secrets { a = s3 }, user = joe }
                  targets = [ { host = a, passphrase = s4 } ]
                }""");

        assertThat(shown)
                .doesNotContain("s1", "s2", "s3", "s4")
                .contains("penstock.tls.key-password-file = \"/run/pw\"")
                .contains("penstock.processor-config.user = \"joe\"")
                .contains("penstock.processor-config.db-Password = \"<redacted>\"")
                .contains("penstock.targets = \"<redacted>\"");
    }

    @Test
    void listsProblemsInstead() {
        Run run = Run.of("config", "--port", "x", "--set", "nope=1");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(2);
    }

    @Test
    void showsWarningsBesides() {
        Run run = Run.with(Map.of("PENSTOCK_X", "1"), "config", "--max-connections", "2000000000");

        assertThat(run.code()).isZero();
        assertThat(run.err().lines())
                .hasSize(2)
                .first()
                .isEqualTo("warning: environment: no key's value, ignored: PENSTOCK_X");
    }

    private static String shown(String hocon) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ConfigCommand.print(ConfigFactory.parseString(hocon), Run.stream(out));
        return Run.text(out);
    }
}
