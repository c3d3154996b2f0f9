package io.penstock.server.pki;

import static io.penstock.server.pki.Examined.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.pki.Finding.Kind;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeafFindingsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final Examined examined;

    LeafFindingsTest(@TempDir Path dir) {
        this.examined = new Examined(dir);
    }

    @BeforeEach
    void trustTheRoot() {
        examined.trustRoot();
    }

    private Examination of(CertificateSpec spec) {
        return of(examined.intermediate.issue(spec));
    }

    private Examination of(Identity identity) {
        return examined.examine(examined.chain("leaf.pem", identity.chain().toArray(new X509Certificate[0])));
    }

    private void at(Instant now) {
        examined.options = examined.options.withClock(Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void areNoneWhenNothingIsWrong() {
        examined.options = examined.options.withHostname(Optional.of("localhost"), "");

        assertThat(of(CertificateSpec.server("localhost")).findings()).isEmpty();
        assertThat(of(CertificateSpec.server("localhost")).trustedBy())
                .hasValue(examined.file("ca.pem").toString());
    }

    @Nested
    class Validity {
        private final CertificateSpec spec =
                CertificateSpec.server("gate.example", "10.0.0.1").valid(NOW.minusSeconds(60), NOW.plusSeconds(60));

        @Test
        void thatIsOver() {
            at(NOW.plusSeconds(61));

            Finding finding = only(of(spec), Kind.EXPIRED);
            assertThat(finding.what()).isEqualTo("CN=gate.example expired on 2026-11-23T12:01:00Z");
            assertThat(finding.why()).isEqualTo("clients refuse it");
            assertThat(finding.remedy()).isEqualTo("renew it");
            examined.run(finding);
            assertThat(examined.openssl.run("req -in new.csr -noout -text -verify"))
                    .contains("DNS:gate.example, IP Address:10.0.0.1")
                    .contains("TLS Web Server Authentication")
                    .contains("verify OK");
        }

        @Test
        void thatHasNotBegun() {
            at(NOW.minusSeconds(61));

            assertThat(only(of(spec), Kind.NOT_YET_VALID).line())
                    .isEqualTo("CN=gate.example is valid from 2026-11-23T11:59:00Z, so that clients refuse it;"
                            + " remedy: wait or correct the clock");
        }

        @Test
        void thatEndsSoon() {
            at(NOW);

            assertThat(only(of(spec), Kind.EXPIRES_SOON).what())
                    .isEqualTo("CN=gate.example expires in 1 day, on 2026-11-23T12:01:00Z");
            assertThat(of(spec.valid(NOW, NOW.plus(Duration.ofDays(31)))).findings())
                    .isEmpty();
        }

        @Test
        void thatIsLongerThanApplesClientsAllow() {
            at(NOW);

            assertThat(of(spec.valid(NOW, NOW.plus(Duration.ofDays(825)))).findings())
                    .isEmpty();
            assertThat(only(of(spec.valid(NOW, NOW.plus(Duration.ofDays(826)))), Kind.LONG_VALIDITY)
                            .line())
                    .startsWith("CN=gate.example is valid for 826 days, so that Apple's clients refuse it");
        }

        @ParameterizedTest
        @CsvSource({
            "2026-03-14, 398",
            "2026-03-15, 200",
            "2027-03-15, 100",
            "2029-03-15, 47",
        })
        void thatIsLongerThanPublicCasAreAllowedOnThatDay(String day, int most) {
            Instant from = Instant.parse(day + "T00:00:00Z");
            CertificateSpec allowed = spec.valid(from, from.plus(Duration.ofDays(most)));
            X509Certificate longer = examined.root
                    .issue(allowed.valid(from, from.plus(Duration.ofDays(most + 1))))
                    .leaf();

            assertThat(LeafChecks.longValidity(examined.root.issue(allowed).leaf(), true))
                    .isEmpty();
            assertThat(LeafChecks.longValidity(longer, true))
                    .hasValueSatisfying(finding -> assertThat(finding.why())
                            .isEqualTo("browsers refuse it: " + most + " are the most for a certificate of that day"));
        }
    }

    @Nested
    class Names {
        @Test
        void thatDoNotCoverTheHost() {
            examined.options = examined.options.withHostname(Optional.of("www.example.org"), "");

            Finding finding = only(of(CertificateSpec.server("localhost", "::1")), Kind.HOSTNAME);
            assertThat(finding.what()).isEqualTo("it covers localhost, ::1 and not www.example.org");
            assertThat(finding.why()).isEqualTo("clients of that name refuse it");
            assertThat(finding.remedy()).isEqualTo("a certificate with the subject alternative name www.example.org");
            examined.run(finding);
            assertThat(examined.openssl.run("req -in new.csr -noout -text"))
                    .contains("DNS:www.example.org, DNS:localhost, IP Address:0:0:0:0:0:0:0:1");
        }

        @ParameterizedTest
        @ValueSource(strings = {"www.example.org", "WWW.EXAMPLE.ORG.", "10.0.0.1", "2001:db8::1", "a.wild.example"})
        void thatCoverIt(String host) {
            examined.options = examined.options.withHostname(Optional.of(host), "");

            assertThat(of(CertificateSpec.server("www.example.org", "10.0.0.1", "2001:db8::1", "*.wild.example"))
                            .findings())
                    .isEmpty();
        }

        @Test
        void thatAreMissing() {
            assertThat(only(of(CertificateSpec.server().commonName("gate.example")), Kind.NO_NAMES)
                            .line())
                    .isEqualTo("CN=gate.example has no subject alternative name, so that clients refuse it, for they do"
                            + " not read the common name; remedy: a certificate with the server's names as subject"
                            + " alternative names");
        }

        @Test
        void thatAreMissingAreToldOnceWhenTheHostIsNamed() {
            examined.options = examined.options.withHostname(Optional.of("gate.example"), "");

            assertThat(of(CertificateSpec.server().commonName("gate.example")).findings())
                    .extracting(Finding::kind)
                    .containsExactly(Kind.HOSTNAME);
        }

        @Test
        void thatAreNoNamesDoNotReachACommand() {
            examined.options = examined.options.withHostname(Optional.of("x,DNS:evil.example"), "");

            assertThat(only(of(CertificateSpec.server("localhost")), Kind.HOSTNAME)
                            .command())
                    .hasValueSatisfying(command ->
                            assertThat(command).contains("DNS:localhost").doesNotContain("evil"));
        }

        @Test
        void ofTheDevelopmentCaAreAddedByItself(@TempDir Path home) {
            DevelopmentFiles files = DevelopmentCa.ensure(home, Optional.empty(), Clock.systemUTC(), Optional.empty());
            examined.options =
                    ExaminationOptions.DEFAULTS.withHome(home).withHostname(Optional.of("www.example.org"), "");
            Examination examination = examined.examine(files.certificate(), files.key());

            assertThat(examination.trustedBy()).hasValue("the development CA");
            assertThat(only(examination, Kind.HOSTNAME).command())
                    .hasValue("penstock cert dev --hostname www.example.org");
        }
    }

    @Nested
    class Purposes {
        @Test
        void thatAreOfClients() {
            assertThat(only(of(CertificateSpec.client("alice").names("localhost")), Kind.PURPOSE)
                            .line())
                    .isEqualTo("CN=alice is not for servers, so that clients refuse it; remedy: a certificate with the"
                            + " extended key usage serverAuth");
        }

        @Test
        void thatAreOfServersWhereAClientIsMeant() {
            examined.options = examined.options.withClient(true);

            assertThat(of(CertificateSpec.client("alice")).findings()).isEmpty();
            Finding finding = only(of(CertificateSpec.server("localhost")), Kind.PURPOSE);
            assertThat(finding.what()).isEqualTo("CN=localhost is not for clients");
            assertThat(finding.why()).isEqualTo("servers refuse it");
            assertThat(finding.command())
                    .hasValueSatisfying(command -> assertThat(command).contains("extendedKeyUsage=clientAuth"));
        }

        @Test
        void thatDoNotAllowToSign() {
            examined.openssl.run("req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -subj /CN=leaf -days 90"
                    + " -addext subjectAltName=DNS:leaf -addext keyUsage=keyEncipherment");

            Finding finding = only(examined.examine("c.pem"), Kind.KEY_USAGE);
            assertThat(finding.what()).isEqualTo("the key usage of CN=leaf lacks digitalSignature");
            assertThat(finding.severity()).isEqualTo(Finding.Severity.FAULT);
        }

        @Test
        void thatAreOfACa() {
            examined.openssl.run("req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -subj /CN=leaf -days 90"
                    + " -addext subjectAltName=DNS:leaf");

            assertThat(only(examined.examine("c.pem", "k.pem"), Kind.LEAF_IS_CA).severity())
                    .isEqualTo(Finding.Severity.WARNING);
        }
    }

    @Nested
    class Strength {
        @Test
        void ofAnRsaKeyThatIsTooShort() {
            examined.openssl.run("req -x509 -newkey rsa:1024 -nodes -keyout k.pem -out c.pem -subj /CN=leaf -days 90"
                    + " -addext subjectAltName=DNS:leaf -addext basicConstraints=CA:FALSE");

            assertThat(only(examined.examine("c.pem"), Kind.WEAK_KEY).line())
                    .startsWith("the key of CN=leaf is RSA 1024, shorter than the 2048 bits that clients ask for,"
                            + " so that clients refuse the chain");
        }

        @ParameterizedTest
        @ValueSource(strings = {"secp224r1", "secp256k1", "brainpoolP256r1"})
        void ofACurveThatClientsDoNotKnow(String curve) {
            examined.openssl.run("ecparam -name " + curve + " -genkey -noout -out k.pem");
            examined.openssl.run(
                    "req -x509 -key k.pem -out c.pem -subj /CN=leaf -days 90" + " -addext subjectAltName=DNS:leaf");

            assertThat(only(examined.examine("c.pem"), Kind.WEAK_KEY).what())
                    .isEqualTo("the key of CN=leaf is EC " + curve
                            + ", not one of RSA, EC P-256, P-384, P-521 and Ed25519");
        }

        @Test
        void ofADsaKey() {
            examined.openssl.run("dsaparam -genkey -out dsa.pem 2048");
            examined.openssl.run(
                    "req -x509 -key dsa.pem -out c.pem -subj /CN=leaf -days 90" + " -addext subjectAltName=DNS:leaf");

            assertThat(only(examined.examine("c.pem"), Kind.WEAK_KEY).what())
                    .isEqualTo("the key of CN=leaf is DSA 2048, not one of RSA, EC P-256, P-384, P-521 and Ed25519");
        }

        @ParameterizedTest
        @CsvSource({"sha1, SHA1withRSA", "md5, MD5withRSA"})
        void ofASignature(String hash, String shown) {
            examined.openssl.run("req -new -newkey rsa:2048 -nodes -keyout k.pem -subj /CN=leaf -out leaf.csr");
            examined.openssl.run(
                    "req -x509 -newkey rsa:2048 -nodes -keyout cak.pem -subj /CN=Old -out ca.pem -days 90");
            examined.openssl.run("x509 -req -in leaf.csr -CA ca.pem -CAkey cak.pem -days 90 -out c.pem -" + hash);

            Finding finding = only(examined.examine("c.pem", "ca.pem"), Kind.WEAK_SIGNATURE);
            assertThat(finding.what()).isEqualTo("CN=leaf is signed by " + shown);
        }

        @Test
        void isNotAskedOfWhatARootSaysOfItself() {
            examined.openssl.run("req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -subj /CN=leaf -days 90"
                    + " -addext subjectAltName=DNS:leaf -sha1");

            assertThat(examined.examine("c.pem").findings())
                    .extracting(Finding::kind)
                    .doesNotContain(Kind.WEAK_SIGNATURE);
        }
    }
}
