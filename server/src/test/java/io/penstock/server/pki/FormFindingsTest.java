package io.penstock.server.pki;

import static io.penstock.server.pki.Examined.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.pki.Finding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of every form, made and converted by openssl and keytool. */
class FormFindingsTest {
    private final Examined examined;
    private final Identity identity;

    FormFindingsTest(@TempDir Path dir) throws IOException {
        this.examined = new Examined(Files.createDirectory(dir.resolve("it's a dir")));
        this.identity = examined.intermediate.server("localhost");
    }

    @BeforeEach
    void writeThePair() throws IOException {
        examined.trustRoot();
        examined.chain("c.pem", identity.chain().toArray(new X509Certificate[0]));
        examined.key("k.pem", identity);
        Files.writeString(examined.file("pw"), "s3cret\n");
    }

    @Nested
    class OtherThanPem {
        @ParameterizedTest
        @CsvSource({
            "x509 -in c.pem -outform DER -out it, DER, 1",
            "crl2pkcs7 -nocrl -certfile c.pem -outform DER -out it, PKCS#7, 2",
            "crl2pkcs7 -nocrl -certfile c.pem -out it, PKCS#7 in PEM, 2",
        })
        void areConvertedWithoutTheirKey(String make, String form, int certificates) {
            examined.openssl.run(make);
            Examination examination = examined.examine("it");

            assertThat(examination.files())
                    .singleElement()
                    .satisfies(file -> assertThat(file.form()).isEqualTo(form));
            assertThat(only(examination, Kind.FORM).line())
                    .startsWith(examined.file("it") + " is " + form + ", so that Penstock reads it, and most other");
            examined.run(only(examination, Kind.FORM));
            Examination converted = examined.examine("it.pem");
            assertThat(converted.chain()).hasSize(certificates).isEqualTo(examination.chain());
            assertThat(converted.files().get(0).form()).isEqualTo("PEM");
        }

        @ParameterizedTest
        @CsvSource({"PKCS12, PKCS#12", "JKS, JKS", "JCEKS, JCEKS"})
        void areConvertedWithTheirKeyWhichNobodyElseReads(String type, String form) throws IOException {
            examined.openssl.run("pkcs12 -export -in c.pem -inkey k.pem -passout pass:s3cret -out p12");
            examined.shell(
                    "keytool -importkeystore -noprompt -srckeystore p12 -srcstoretype PKCS12 -srcstorepass s3cret"
                            + " -destkeystore it -deststoretype " + type + " -deststorepass s3cret");
            examined.shell("chmod 600 it");
            examined.options = examined.options.withPasswordFile(Optional.of(examined.file("pw")));
            Examination examination = examined.examine("it");

            assertThat(examination.files().get(0).form()).isEqualTo(form);
            assertThat(examination.findings()).extracting(Finding::kind).containsExactly(Kind.FORM);
            examined.run(only(examination, Kind.FORM));
            examined.options = examined.options.withPasswordFile(Optional.empty());
            Examination converted = examined.examine("it.pem");
            assertThat(converted.findings()).isEmpty();
            assertThat(converted.chain()).isEqualTo(identity.chain());
            assertThat(converted.key()).hasValue("EC P-256, goes with the first certificate");
            assertThat(Files.getPosixFilePermissions(examined.file("it.pem")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }

        @ParameterizedTest
        @CsvSource({
            "pkcs8 -topk8 -nocrypt -in k.pem -outform DER -out it",
            "pkcs8 -topk8 -passout pass:s3cret -in k.pem -outform DER -out it",
            "ec -in k.pem -outform DER -out it",
        })
        void areKeysAlone(String make) {
            examined.openssl.run(make);
            examined.shell("chmod 600 it");
            examined.options = examined.options.withPasswordFile(Optional.of(examined.file("pw")));
            Examination examination = examined.examine("c.pem", "it");

            assertThat(examination.key()).hasValue("EC P-256, goes with the first certificate");
            examined.run(only(examination, Kind.FORM));
            assertThat(examined.examine("c.pem", "it.pem").findings()).isEmpty();
        }
    }

    @Nested
    class Keys {
        @Test
        void thatGoWithTheCertificateAreNothingToTellOf() {
            assertThat(examined.examine("c.pem", "k.pem").findings()).isEmpty();
            assertThat(examined.examine("c.pem", "k.pem").key()).hasValue("EC P-256, goes with the first certificate");
        }

        @Test
        void thatGoWithAnotherAreAFault() {
            examined.key("k.pem", examined.root.server("other"));
            Examination examination = examined.examine("c.pem", "k.pem");
            Finding finding = only(examination, Kind.KEY_MISMATCH);

            assertThat(examination.key()).hasValue("EC, goes with none of the certificates");
            assertThat(finding.what())
                    .isEqualTo("the private key in " + examined.file("k.pem") + " is not the one of CN=localhost");
            assertThat(examined.run(finding).split("-----BEGIN PUBLIC KEY-----", -1))
                    .hasSize(3)
                    .doesNotHaveDuplicates();
        }

        @Test
        void thatGoWithACertificateInTheMiddleMakeThatTheLeaf() throws IOException {
            examined.chain("c.pem", examined.root.server("other").leaf(), identity.leaf());

            assertThat(examined.examine("c.pem", "k.pem").chain()).containsExactly(identity.leaf());
        }

        @Test
        void thatAreSeveralAreAFault() throws IOException {
            Path other = examined.key("o.pem", examined.root.server("other"));
            Finding finding =
                    only(examined.examine(examined.file("c.pem"), other, examined.file("k.pem")), Kind.SEVERAL_KEYS);

            assertThat(finding.what()).isEqualTo("there are 2 private keys");
        }

        @Test
        void thatAreEncryptedAreNotNeededForTheRest() {
            examined.openssl.run("pkcs8 -topk8 -passout pass:s3cret -in k.pem -out locked.pem");
            examined.shell("chmod 600 locked.pem");
            Examination examination = examined.examine("c.pem", "locked.pem");

            assertThat(examination.findings()).extracting(Finding::kind).containsExactly(Kind.KEY_LOCKED);
            assertThat(examination.key()).hasValue("encrypted, not read");
        }

        @Test
        void thatOthersCanReadAreAWarning() {
            examined.shell("chmod 640 k.pem");
            Finding finding = only(examined.examine("c.pem", "k.pem"), Kind.KEY_FILE_OPEN);

            assertThat(finding.what()).isEqualTo(examined.file("k.pem") + " has mode 0640");
            examined.run(finding);
            assertThat(examined.examine("c.pem", "k.pem").findings()).isEmpty();
        }
    }

    @Nested
    class WhatCannotBeRead {
        @Test
        void isToldOfEveryFileAtOnce() throws IOException {
            Files.writeString(examined.file("junk"), "hello");

            assertThatThrownBy(() -> examined.examine("junk", "none"))
                    .isInstanceOfSatisfying(
                            InvalidSettingsException.class,
                            e -> assertThat(e.problems())
                                    .containsExactly(
                                            examined.file("junk")
                                                    + " (expected: a certificate as PEM, DER, PKCS#7, PKCS#12 or"
                                                    + " JKS; the file is none of these)",
                                            examined.file("none")
                                                    + " (expected: a file with a certificate; there is nothing at "
                                                    + examined.file("none") + ")"));
        }

        @Test
        void isAKeyAlone() {
            assertThatThrownBy(() -> examined.examine("k.pem"))
                    .hasMessage(examined.file("k.pem") + " (expected: a certificate; the file holds a private key)");
        }

        @Test
        void isAStoreWithoutItsPassword() {
            examined.openssl.run("pkcs12 -export -in c.pem -inkey k.pem -passout pass:s3cret -out p12");

            assertThatThrownBy(() -> examined.examine("p12"))
                    .hasMessage(examined.file("p12")
                            + " (expected: --key-password-file, too; the file is encrypted with" + " a password)");
        }
    }
}
