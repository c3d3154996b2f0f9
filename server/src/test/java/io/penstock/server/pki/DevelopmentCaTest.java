package io.penstock.server.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.pki.DevelopmentFiles.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevelopmentCaTest {
    private final Instant now = Instant.now();

    private final Path home;
    private final Openssl openssl;

    DevelopmentCaTest(@TempDir Path dir) throws IOException {
        this.home = dir.resolve("state/penstock");
        this.openssl = new Openssl(dir);
    }

    private DevelopmentFiles ensure() {
        return ensure(Duration.ZERO, Optional.empty());
    }

    private DevelopmentFiles ensure(Duration later, Optional<String> hostname) {
        Clock clock = Clock.fixed(now.plus(later), ZoneOffset.UTC);
        return DevelopmentCa.ensure(home, hostname, clock, Optional.of("Box.example"));
    }

    private String ca() throws IOException {
        return Files.readString(home.resolve("dev-ca.pem"));
    }

    @Nested
    class FirstStart {
        @Test
        void makesFilesThatOnlyTheirOwnerReads() throws IOException {
            DevelopmentFiles files = ensure();

            assertThat(files.action()).isEqualTo(Action.CREATED);
            assertThat(mode(home)).isEqualTo("rwx------");
            assertThat(mode(files.key())).isEqualTo("rw-------");
            assertThat(mode(home.resolve("dev-ca-key.pem"))).isEqualTo("rw-------");
            assertThat(files.names())
                    .containsExactlyInAnyOrder("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "box.example");
        }

        private String mode(Path path) throws IOException {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "-verify_hostname localhost",
                    "-verify_hostname box.example",
                    "-verify_ip 127.0.0.1",
                    "-verify_ip ::1"
                })
        void makesALeafThatOpensslTrusts(String name) {
            ensure();

            assertThat(openssl.run("verify -x509_strict -purpose sslserver " + name + " -CAfile " + home
                            + "/dev-ca.pem " + home + "/dev-cert.pem"))
                    .contains("OK");
        }

        @Test
        void makesACaThatSaysWhatItIsAndIsBoundToThisMachine() {
            ensure();

            assertThat(openssl.run("x509 -noout -text -in " + home + "/dev-ca.pem"))
                    .contains("Penstock development CA (box.example, not for production)")
                    .containsPattern("Name Constraints: critical\\s+Permitted:")
                    .contains("DNS:localhost", "DNS:box.example", "IP:127.0.0.0/255.0.0.0", "CA:TRUE");
        }

        @Test
        void loadsWithoutWarnings() {
            IdentityFiles settings = ensure().files();

            assertThat(IdentityLoader.load(settings, Optional.of("box.example"), Clock.systemUTC())
                            .warnings())
                    .isEmpty();
        }

        @Test
        void survivesBeingDoneBySeveralAtOnce() throws Exception {
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Callable<DevelopmentFiles>> starts = Stream.generate(
                                () -> (Callable<DevelopmentFiles>) DevelopmentCaTest.this::ensure)
                        .limit(8)
                        .toList();
                List<Future<DevelopmentFiles>> done = threads.invokeAll(starts);
                int created = 0;
                for (Future<DevelopmentFiles> one : done) {
                    created += one.get().action() == Action.CREATED ? 1 : 0;
                }
                assertThat(created).isEqualTo(1);
            } finally {
                threads.shutdown();
            }
        }

        @Test
        void leavesOutAHostNameThatIsNone() {
            DevelopmentFiles files =
                    DevelopmentCa.ensure(home, Optional.empty(), Clock.systemUTC(), Optional.of("my_host"));

            assertThat(files.names()).containsExactlyInAnyOrder("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
        }
    }

    @Nested
    class LaterStart {
        @Test
        void keepsWhatIsGoodWithoutWritingAnything() throws IOException {
            ensure();
            Files.delete(home.resolve("dev-ca-key.pem"));
            Files.delete(home.resolve("dev.lock"));

            assertThat(ensure().action()).isEqualTo(Action.KEPT);
            assertThat(home.resolve("dev.lock")).doesNotExist();
        }

        @Test
        void renewsALeafThatExpiresWithinThirtyDays() throws IOException {
            ensure();
            String ca = ca();

            assertThat(ensure(Duration.ofDays(334), Optional.empty()).action()).isEqualTo(Action.KEPT);
            assertThat(ensure(Duration.ofDays(336), Optional.empty()).action()).isEqualTo(Action.RENEWED);
            assertThat(ca()).isEqualTo(ca);
        }

        @Test
        void makesANewCaWhenTheOldOneWouldNotOutliveTheLeaf() throws IOException {
            ensure();
            String ca = ca();

            assertThat(ensure(Duration.ofDays(3300), Optional.empty()).action()).isEqualTo(Action.REPLACED);
            assertThat(ca()).isNotEqualTo(ca);
        }

        @ParameterizedTest
        @ValueSource(strings = {"dev-cert.pem", "dev-key.pem"})
        void renewsALeafWhoseFilesAreBroken(String file) throws IOException {
            ensure();
            Files.writeString(home.resolve(file), "-----BEGIN CERTI");

            assertThat(ensure().action()).isEqualTo(Action.RENEWED);
            assertThat(ensure().action()).isEqualTo(Action.KEPT);
        }

        @ParameterizedTest
        @ValueSource(strings = {"dev-ca.pem", "dev-ca-key.pem"})
        void makesANewCaWhenTheOldOneCannotSign(String file) throws IOException {
            ensure();
            Files.writeString(home.resolve(file), "");
            Files.delete(home.resolve("dev-key.pem"));

            assertThat(ensure().action()).isEqualTo(Action.REPLACED);
            assertThat(ensure().action()).isEqualTo(Action.KEPT);
        }

        @Test
        void renewsALeafWhoseKeyIsAnother() throws IOException {
            ensure();
            PemFiles.writeKey(
                    home.resolve("dev-key.pem"), KeyType.EC_P256.generate().getPrivate());

            assertThat(ensure().action()).isEqualTo(Action.RENEWED);
        }
    }

    @Nested
    class Hostname {
        @Test
        void isInTheLeafAndNeedsANewCaWhenItIsNew() {
            ensure();
            DevelopmentFiles files = ensure(Duration.ZERO, Optional.of("www.example.org"));

            assertThat(files.action()).isEqualTo(Action.REPLACED);
            assertThat(files.names()).contains("www.example.org", "box.example");
        }

        @Test
        void needsOnlyANewLeafBelowANameThatIsPermitted() {
            ensure();

            assertThat(ensure(Duration.ZERO, Optional.of("api.box.example")).action())
                    .isEqualTo(Action.RENEWED);
        }

        @Test
        void staysOnceItWasAskedForSoThatTwoServersDoNotFight() {
            ensure(Duration.ZERO, Optional.of("a.example.org"));
            ensure(Duration.ZERO, Optional.of("b.example.org"));

            assertThat(ensure(Duration.ZERO, Optional.of("a.example.org")).action())
                    .isEqualTo(Action.KEPT);
        }

        @Test
        void mayBeAnAddress() {
            assertThat(ensure(Duration.ZERO, Optional.of("192.0.2.7")).names()).contains("192.0.2.7");
            assertThat(openssl.run("verify -x509_strict -verify_ip 192.0.2.7 -CAfile " + home + "/dev-ca.pem " + home
                            + "/dev-cert.pem"))
                    .contains("OK");
        }

        @Test
        void isRefusedWhenItIsNoName() {
            assertThatThrownBy(() -> ensure(Duration.ZERO, Optional.of("my_host")))
                    .isInstanceOf(InvalidSettingsException.class)
                    .hasMessage("penstock.hostname: my_host (expected: a DNS name or an IP address)");
        }
    }

    @Nested
    class Home {
        @Test
        void isTakenFromPenstockHomeThenXdgThenTheUsersHome() {
            assertThat(DevelopmentCa.home(Map.of("PENSTOCK_HOME", "/p", "XDG_STATE_HOME", "/x")))
                    .isEqualTo(Path.of("/p"));
            assertThat(DevelopmentCa.home(Map.of("XDG_STATE_HOME", "/x", "HOME", "/h")))
                    .isEqualTo(Path.of("/x/penstock"));
            assertThat(DevelopmentCa.home(Map.of("PENSTOCK_HOME", "", "XDG_STATE_HOME", "x", "HOME", "/h")))
                    .isEqualTo(Path.of("/h/.local/state/penstock"));
        }

        @Test
        void isNamedInOneLineWhenItCannotBeWritten() throws IOException {
            Files.createDirectories(home.getParent());
            Files.writeString(home, "a file");

            assertThatThrownBy(DevelopmentCaTest.this::ensure)
                    .isInstanceOf(InvalidSettingsException.class)
                    .hasMessageStartingWith("development certificate: " + home + " (expected: a directory that ")
                    .hasMessageNotContaining("\n")
                    .hasMessageEndingWith("; not a directory; remedy: set PENSTOCK_HOME to another,"
                            + " or penstock.tls.cert to a certificate)");
        }

        @Test
        void isQuotedInTheTrustLineWhereAShellNeedsIt() {
            DevelopmentFiles files = ensure();
            assertThat(files.trustCommand(8000))
                    .isEqualTo("openssl s_client -connect localhost:8000 -CAfile " + home + "/dev-ca.pem");
            assertThat(new DevelopmentFiles(
                                    Path.of("/a b/it's.pem"),
                                    files.certificate(),
                                    files.key(),
                                    Action.KEPT,
                                    List.of(),
                                    files.expires())
                            .trustCommand(1))
                    .endsWith("-CAfile '/a b/it'\\''s.pem'");
        }
    }
}
