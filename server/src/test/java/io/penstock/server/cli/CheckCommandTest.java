package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.server.cli.Finding.Severity;
import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.DevelopmentCa;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.PemFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    private static final CertificateAuthority CA = CertificateAuthority.create("Check test CA");

    @TempDir
    private Path directory;

    private Run check(String... words) {
        return run("check", words);
    }

    private Run run(String command, String... words) {
        List<String> all = new ArrayList<>(List.of(command, "--port", "0", "--host", "127.0.0.1"));
        all.addAll(List.of(words));
        return Run.with(
                Map.of("PENSTOCK_HOME", directory.resolve("home").toString()),
                new StandaloneServer(),
                all.toArray(String[]::new));
    }

    private String[] certificate(Identity identity) throws IOException {
        Path cert = directory.resolve("cert.pem");
        Path key = directory.resolve("key.pem");
        PemFiles.writeCertificates(cert, List.of(identity.leaf(), CA.certificate()));
        PemFiles.writeKey(key, identity.key());
        return new String[] {"--cert", cert.toString(), "--key", key.toString()};
    }

    @Nested
    class Sound {
        @Test
        void showsWhatTheServerWouldBe() throws IOException {
            Instant now = Instant.now();
            Identity identity = CA.issue(CertificateSpec.server("gate.example.test", "10.0.0.1")
                    .validFor(now, Duration.ofDays(90).plusHours(1)));
            List<String> words = new ArrayList<>(List.of(certificate(identity)));
            words.addAll(List.of("--client-auth", "required", "--client-ca", words.get(1), "--protocol", "lines"));

            Run run = check(words.toArray(String[]::new));

            assertThat(run.code()).as(run.out()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.out().lines().map(line -> line.replaceAll(" +", " ")))
                    .anyMatch(line -> line.startsWith("listen 127.0.0.1:0"))
                    .anyMatch(line -> line.matches("tls (jdk|native) .*"))
                    .anyMatch(
                            line -> line.startsWith("certificate CN=gate.example.test for gate.example.test, 10.0.0.1;"
                                    + " expires in 90 days, on "))
                    .contains("clients certificate required, of the CAs in " + words.get(1)
                            + "; none are revoked; any of them")
                    .anyMatch(line -> line.startsWith("protocol lines, frames of up to "))
                    .contains("processor console")
                    .contains("senders are not told what has become of their frames")
                    .contains("failures a bad frame: close; one that is not processed: close")
                    .anyMatch(line -> line.matches("connections \\d+ at once; open files: \\w+"));
            assertThat(run.out().lines()).last().asString().endsWith(": serve would start");
        }

        @Test
        void saysWhoseProxyHeadersAreBelieved() {
            Run run = check("--set", "proxy-protocol.mode=required", "--set", "proxy-protocol.trusted=10.0.0.0/8,::1");

            assertThat(run.out()).contains("proxies      PROXY header required, from 10.0.0.0/8, ::1\n");
        }

        @Test
        void makesNoDevelopmentCertificateAndSaysThatServeWould() {
            Run run = check();

            assertThat(run.code()).as(run.out()).isZero();
            assertThat(run.out())
                    .contains("certificate  none configured, so serve makes a development one\n")
                    .doesNotContain("expires in")
                    .endsWith("0 faults, 0 warnings: serve would start\n");
            assertThat(directory.resolve("home")).doesNotExist();
        }

        @Test
        void showsTheDevelopmentCertificateThatIsThere() {
            DevelopmentCa.ensure(directory.resolve("home"), Optional.empty(), Clock.systemUTC());

            assertThat(check().out())
                    .contains("none configured, so the development one: " + directory.resolve("home/dev-cert.pem"))
                    .containsPattern("CN=localhost for localhost, .*; expires in 36\\d days");
        }

        @Test
        void warnsOfTheDevelopmentCertificateBeforeStrangers() {
            Run run = check("--host", "0.0.0.0");

            assertThat(run.code()).isZero();
            assertThat(run.out()).contains("""
                            warning      penstock.host: 0.0.0.0 (other hosts are shown the development certificate)
                                         why: their clients refuse it
                                         remedy: --cert with a certificate of yours, or --host 127.0.0.1
                            """).endsWith("0 faults, 1 warning: serve would start\n");
        }

        @Test
        void saysThatThereIsNoTls() {
            Run run = check("--plaintext");

            assertThat(run.code()).isZero();
            assertThat(run.out())
                    .contains("tls          none, plaintext\n")
                    .contains("warning      penstock.plaintext: true (")
                    .doesNotContain("certificate  ", "clients  ");
        }

        @Test
        void isJsonForPrograms() {
            Config report = ConfigFactory.parseString(
                    check("--json", "--host", "0.0.0.0").out());

            assertThat(report.getBoolean("sound")).isTrue();
            assertThat(report.getStringList("facts.processor")).containsExactly("console");
            assertThat(report.getConfigList("findings").get(0).getString("severity"))
                    .isEqualTo("warning");
            assertThat(report.getConfigList("findings").get(0).getString("remedy"))
                    .startsWith("--cert ");
        }
    }

    @Nested
    class Faulty {
        @Test
        void listsEverythingThatServeWould() throws IOException {
            Path key = Files.writeString(directory.resolve("not.key"), "nothing\n");
            String[] words = {"--cert", key.toString(), "--set", "idle-timeout=-1s", "--protocol", "morse"};

            Run check = check(words);
            Run serve = run("serve", words);

            assertThat(check.code()).isEqualTo(2);
            assertThat(check.err()).isEmpty();
            assertThat(serve.code()).isEqualTo(2);
            assertThat(serve.err().lines())
                    .hasSize(3)
                    .allSatisfy(line -> assertThat(check.out()).contains("fault        " + line + "\n"));
            assertThat(check.out()).endsWith("3 faults, 0 warnings: serve would not start\n");
        }

        @Test
        void namesAPortThatIsTaken() throws IOException {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Run run = check("--port", Integer.toString(taken.getLocalPort()));

                assertThat(run.code()).isEqualTo(2);
                assertThat(run.out())
                        .contains("fault        port " + taken.getLocalPort()
                                + " on 127.0.0.1 is in use: stop what listens there, or choose another with --port\n");
            }
        }

        @Test
        void saysWhenTheDevelopmentCertificateCouldNotBeKept() throws IOException {
            Path file = Files.writeString(directory.resolve("home"), "a file");

            Run run = check();

            assertThat(run.code()).isEqualTo(2);
            assertThat(run.out())
                    .contains("fault        development certificate: " + file + " (expected: a directory that ")
                    .contains("             remedy: set PENSTOCK_HOME to another, or penstock.tls.cert to a"
                            + " certificate\n");
        }

        @Test
        void saysWhatIsWrongWithAFileThatIsNoConfiguration() throws IOException {
            Path file = Files.writeString(directory.resolve("app.conf"), "penstock { port = 1");

            Run run = check("--json", file.toString());

            assertThat(run.code()).isEqualTo(2);
            assertThat(ConfigFactory.parseString(run.out())
                            .getConfigList("findings")
                            .get(0)
                            .getString("what"))
                    .startsWith(file + ": 1: ");
        }
    }

    @Test
    void aLineIsTakenApart() {
        assertThat(Finding.of(Severity.WARNING, "k: v (a (b), so that c; remedy: chmod 600 'f (1)')"))
                .isEqualTo(new Finding(Severity.WARNING, "k: v (a (b))", "c", "chmod 600 'f (1)'"));
        assertThat(Finding.of(Severity.FAULT, "k: v (expected: w)"))
                .isEqualTo(new Finding(Severity.FAULT, "k: v (expected: w)", "", ""));
        assertThat(Finding.of(Severity.WARNING, "a, so that b; remedy: c (d)"))
                .isEqualTo(new Finding(Severity.WARNING, "a", "b", "c (d)"));
    }
}
