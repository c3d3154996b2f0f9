package io.penstock.server.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.InvalidSettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentitiesTest {
    private static final CertificateAuthority CA = CertificateAuthority.create("Test CA");

    private static Identity rsa(String... names) {
        return CA.issue(CertificateSpec.server(names).keyType(KeyType.RSA_2048));
    }

    @Nested
    class Covering {
        private final Identity first = CA.server("www.example.org", "10.0.0.1");
        private final Identity star = CA.server("*.example.org");
        private final Identity api = CA.server("api.example.org");
        private final Identities identities = Identities.of(first, star, api);

        @Test
        void prefersAnExactNameToAWildcard() {
            assertThat(identities.covering("api.example.org")).containsExactly(api, star);
            assertThat(identities.covering("www.example.org")).containsExactly(first, star);
            assertThat(identities.covering("ftp.example.org")).containsExactly(star);
        }

        @Test
        void takesAWildcardForOneLabelOnly() {
            assertThat(identities.covering("a.b.example.org")).isEmpty();
            assertThat(identities.covering("example.org")).isEmpty();
            assertThat(identities.covering(".example.org")).isEmpty();
        }

        @Test
        void findsNothingForANameThatNobodyHas() {
            assertThat(identities.covering("other.example")).isEmpty();
            assertThat(identities.covering("*.example.org")).containsExactly(star);
            assertThat(identities.covering("")).isEmpty();
            assertThat(identities.covering("a".repeat(300))).isEmpty();
        }

        @Test
        void doesNotCountTheCommonName() {
            Identity named = CA.issue(CertificateSpec.server("x.example.org").names("y.example.org"));

            assertThat(Identities.of(named).covering("x.example.org")).isEmpty();
            assertThat(Identities.of(named).covering("y.example.org")).containsExactly(named);
        }

        @Test
        void answersWithAllKeysOfANameEllipticCurvesFirst() {
            Identity slow = rsa("www.example.org");
            Identity edwards =
                    CA.issue(CertificateSpec.server("www.example.org").keyType(KeyType.ED25519));

            assertThat(Identities.of(slow, edwards, first).covering("www.example.org"))
                    .containsExactly(first, edwards, slow);
        }
    }

    @Test
    void givesTheDefaultAndItsTwinsToWhoAsksForNothing() {
        Identity slow = rsa("www.example.org");
        Identity twin = CA.server("www.example.org");
        Identity other = CA.server("www.example.org", "example.org");

        assertThat(Identities.of(slow, twin, other).defaults()).containsExactly(twin, slow);
        assertThat(Identities.of(other, slow).defaults()).containsExactly(other);
        assertThat(Identities.of(CA.issue(CertificateSpec.server()), CA.issue(CertificateSpec.server()))
                        .defaults())
                .hasSize(1);
    }

    @Nested
    class Loading {
        @TempDir
        private Path dir;

        private IdentityFiles files(String section, Identity identity) throws IOException {
            Path cert = dir.resolve(section + ".pem");
            Path key = dir.resolve(section + "-key.pem");
            PemFiles.writeCertificates(cert, identity.chain());
            PemFiles.writeKey(key, identity.key());
            return new IdentityFiles(section, Optional.of(cert), Optional.of(key), Optional.empty());
        }

        private Identities load(Optional<String> hostname, IdentityFiles first, IdentityFiles... others) {
            return Identities.load(first, List.of(others), hostname, Clock.systemUTC());
        }

        private final CertificateAuthority below = CA.intermediate("Below");

        @Test
        void readsEverySection() throws IOException {
            Identities loaded = load(
                    Optional.of("api.example.org"),
                    files("tls", below.server("www.example.org")),
                    files("tls.certificates.api", below.server("api.example.org")));

            assertThat(loaded.warnings()).isEmpty();
            assertThat(loaded.members())
                    .extracting(member -> member.named().section())
                    .containsExactly("tls", "tls.certificates.api");
            assertThat(loaded.covering("api.example.org")).hasSize(1);
        }

        @Test
        void tellsTheProblemsOfAllSectionsTogether() throws IOException {
            IdentityFiles broken = files("tls", below.server("www.example.org"));
            Files.writeString(broken.cert().orElseThrow(), "");
            IdentityFiles nothing =
                    new IdentityFiles("tls.certificates.api", Optional.empty(), Optional.empty(), Optional.empty());
            IdentityFiles foreign = files("tls.certificates.web", below.server("web.example.org"));
            PemFiles.writeKey(foreign.key().orElseThrow(), below.server("x").key());

            assertThatThrownBy(() -> load(Optional.empty(), broken, nothing, foreign))
                    .isInstanceOfSatisfying(
                            InvalidSettingsException.class,
                            e -> assertThat(e.problems())
                                    .satisfiesExactly(
                                            line -> assertThat(line)
                                                    .startsWith("penstock.tls.cert: ")
                                                    .contains("the file is empty"),
                                            line -> assertThat(line)
                                                    .startsWith(
                                                            "penstock.tls.certificates.api.cert: nothing (expected: "),
                                            line -> assertThat(line)
                                                    .startsWith("penstock.tls.certificates.web.key: ")
                                                    .contains("do not belong together")));
        }

        @Test
        void warnsOfACertificateWithoutAnyNameToAskFor() throws IOException {
            Identities loaded = load(
                    Optional.empty(),
                    files("tls", below.server("10.0.0.1")),
                    files("tls.certificates.api", below.server("10.0.0.2")));

            assertThat(loaded.warnings())
                    .containsExactly("penstock.tls.certificates.api.cert: " + dir.resolve("tls.certificates.api.pem")
                            + " (no client gets it, as it has no DNS name that one could ask for"
                            + "; remedy: a certificate with a subject alternative name)");
        }

        @Test
        void warnsOfACertificateThatAnotherStandsBefore() throws IOException {
            Identities loaded = load(
                    Optional.empty(),
                    files("tls", below.server("www.example.org")),
                    files("tls.certificates.again", below.server("www.example.org")),
                    files(
                            "tls.certificates.slow",
                            below.issue(
                                    CertificateSpec.server("www.example.org").keyType(KeyType.RSA_2048))));

            assertThat(loaded.warnings())
                    .singleElement()
                    .asString()
                    .startsWith("penstock.tls.certificates.again.cert: ")
                    .contains("(no client gets it, as another certificate with such a key comes first for"
                            + " www.example.org; remedy: remove one of the two)");
        }

        @Test
        void warnsOfAHostNameThatNoneOfSeveralCovers() throws IOException {
            IdentityFiles www = files("tls", below.server("www.example.org"));
            IdentityFiles api = files("tls.certificates.api", below.server("api.example.org"));

            assertThat(load(Optional.of("api.example.org"), www, api).warnings())
                    .isEmpty();
            assertThat(load(Optional.of("mail.example.org"), www, api).warnings())
                    .containsExactly("penstock.hostname: mail.example.org (no certificate covers it, so that clients of"
                            + " that name refuse the server; remedy: a certificate with the subject alternative name"
                            + " mail.example.org)");
        }
    }
}
