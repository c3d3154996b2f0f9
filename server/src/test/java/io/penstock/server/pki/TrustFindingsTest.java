package io.penstock.server.pki;

import static io.penstock.server.pki.Examined.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.pki.Finding.Kind;
import io.penstock.server.pki.Finding.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustFindingsTest {
    private final Examined examined;

    TrustFindingsTest(@TempDir Path dir) {
        this.examined = new Examined(dir);
    }

    private Path chain() {
        return examined.chain(
                "c.pem", examined.intermediate.server("localhost").chain().toArray(new X509Certificate[0]));
    }

    @Test
    void tellThatTheCasNamedDidNotIssueIt() {
        Path other =
                examined.chain("ca.pem", CertificateAuthority.create("Other").certificate());
        examined.options = examined.options.withCa(Optional.of(other));
        Finding finding = only(examined.examine(chain()), Kind.UNTRUSTED);

        assertThat(finding.severity()).isEqualTo(Severity.FAULT);
        assertThat(finding.what()).isEqualTo(other + " has not issued CN=Intermediate");
        assertThat(finding.remedy()).isEqualTo("the CA's certificate CN=Root, or a certificate of that CA");
    }

    @Test
    void warnThatNobodyHereKnowsTheCa() {
        Examination examination = examined.examine(chain());
        Finding finding = only(examination, Kind.UNKNOWN_CA);

        assertThat(examination.trustedBy()).isEmpty();
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.what())
                .isEqualTo("the chain ends at its issuer CN=Root, which neither Java nor this system trusts");
        assertThat(finding.command()).hasValue("penstock cert show --ca CA.pem " + examined.file("c.pem"));
    }

    @Test
    void warnThatItIsSelfSigned() {
        examined.openssl.run("req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -subj /CN=leaf -days 90"
                + " -addext subjectAltName=DNS:leaf -addext basicConstraints=CA:FALSE");

        assertThat(only(examined.examine("c.pem"), Kind.UNKNOWN_CA).what()).isEqualTo("CN=leaf is self-signed");
        examined.options = examined.options.withCa(Optional.of(examined.file("c.pem")));
        assertThat(examined.examine("c.pem").findings()).isEmpty();
    }

    @Test
    void areNoneForARootThatJavaTrusts() {
        X509Certificate known = JavaRoots.first();

        assertThat(Roots.ofThisMachine(Optional.empty()).anchor(List.of(known))).hasValueSatisfying(anchor -> {
            assertThat(anchor.whose()).isEqualTo("Java");
            assertThat(anchor.isPublic()).isTrue();
            assertThat(anchor.certified()).isZero();
        });
    }

    @Test
    void doNotAskOfCasWhatIsAskedOfServers() {
        Path cas = examined.chain(
                "cas.pem",
                examined.root.certificate(),
                CertificateAuthority.create("B").certificate());
        Examination examination = examined.examine(cas);

        assertThat(examination.findings()).isEmpty();
        assertThat(examination.chain()).hasSize(2);
    }

    @Test
    void needCasThatCanBeRead() {
        examined.options = examined.options.withCa(Optional.of(examined.file("none.pem")));
        Path chain = chain();

        assertThatThrownBy(() -> examined.examine(chain))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageStartingWith(
                        examined.file("none.pem") + " (expected: a file with CA certificates; there is");
    }

    @Nested
    class Revocation {
        private Path issue(String extension) throws IOException {
            examined.openssl.run("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=CA -days 900");
            examined.openssl.run("req -new -newkey rsa:2048 -nodes -keyout k.pem -subj /CN=leaf -out leaf.csr");
            Files.writeString(examined.file("ext"), "subjectAltName=DNS:leaf\n" + extension);
            examined.openssl.run("x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -days 90 -extfile ext -out c.pem");
            Files.writeString(
                    examined.file("ca.cnf"),
                    "[ca]\ndefault_ca=d\n[d]\ndatabase=index\ncrlnumber=number\ndefault_md=sha256\n");
            Files.writeString(examined.file("index"), "");
            Files.writeString(examined.file("number"), "01\n");
            examined.options = examined.options.withCa(Optional.of(examined.file("ca.pem")));
            return examined.file("c.pem");
        }

        private void list(String arguments) {
            examined.openssl.run("ca -config ca.cnf -gencrl -cert ca.pem -keyfile ca.key -out crl.pem " + arguments);
            examined.options = examined.options.withCrl(Optional.of(examined.file("crl.pem")));
        }

        @Test
        void ofTheLeaf() throws IOException {
            Path cert = issue("");
            list("-crldays 1");
            assertThat(examined.kinds(cert)).isEmpty();
            examined.openssl.run(
                    "ca -config ca.cnf -revoke c.pem -cert ca.pem -keyfile ca.key -crl_reason keyCompromise");
            list("-crldays 1");

            assertThat(only(examined.examine(cert), Kind.REVOKED).what())
                    .matches("CN=leaf was revoked on 2\\S+Z \\(KEY_COMPROMISE\\)");
        }

        @Test
        void byAListThatIsOutdated() throws IOException {
            Path cert = issue("");
            list("-crl_lastupdate 20200101000000Z -crl_nextupdate 20200102000000Z");

            assertThat(only(examined.examine(cert), Kind.CRL_OUTDATED).what())
                    .isEqualTo("the revocation list of CN=CA was due for renewal on 2020-01-02T00:00:00Z");
        }

        @Test
        void byAListOfAnotherIssuer() throws IOException {
            Path cert = issue("");
            list("-crldays 1");
            examined.trustRoot();
            Path other =
                    examined.chain("o.pem", examined.root.server("localhost").leaf());

            assertThat(only(examined.examine(other), Kind.CRL_UNUSABLE).what())
                    .isEqualTo("there is no revocation list of CN=Root");
            assertThat(cert).exists();
        }

        @Test
        void byAListThatAnotherKeyHasSigned() throws IOException {
            Path cert = issue("");
            examined.shell("cp ca.pem first.pem");
            examined.openssl.run("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=CA -days 900");
            list("-crldays 1");
            examined.options = examined.options.withCa(Optional.of(examined.file("first.pem")));

            assertThat(only(examined.examine(cert), Kind.CRL_UNUSABLE).what())
                    .isEqualTo("the revocation list of CN=CA is not signed by the issuer in the chain");
        }

        @Test
        void thatNobodyLookedAtIsNotedWithWhereTheListIs() throws IOException {
            Path cert = issue("crlDistributionPoints=URI:http://ca.example/crl.der");

            assertThat(only(examined.examine(cert), Kind.CRL_UNCHECKED).command())
                    .hasValue("curl -fsS -o crl.der http://ca.example/crl.der && penstock cert show --crl crl.der "
                            + cert);
        }

        @Test
        void byAFileThatIsNoList() throws IOException {
            Path cert = issue("");
            examined.options = examined.options.withCrl(Optional.of(examined.file("k.pem")));

            assertThatThrownBy(() -> examined.examine(cert))
                    .isInstanceOf(InvalidSettingsException.class)
                    .hasMessageStartingWith(examined.file("k.pem")
                            + " (expected: lists of revoked certificates (CRL); the file holds a private key)");
        }
    }

    /** Any certificate of Java's own store. */
    private static final class JavaRoots {
        private static X509Certificate first() {
            try {
                KeyStore known = KeyStore.getInstance(
                        Path.of(System.getProperty("java.home"), "lib", "security", "cacerts")
                                .toFile(),
                        (char[]) null);
                return (X509Certificate) known.getCertificate(known.aliases().nextElement());
            } catch (GeneralSecurityException | IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
