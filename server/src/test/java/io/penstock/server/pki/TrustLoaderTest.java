package io.penstock.server.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.InvalidSettingsException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustLoaderTest {
    private final CertificateAuthority one = CertificateAuthority.create("One");
    private final CertificateAuthority two = CertificateAuthority.create("Two");
    private final Path dir;
    private final Path file;
    private final Openssl openssl;

    TrustLoaderTest(@TempDir Path dir) {
        this.dir = dir;
        this.file = dir.resolve("ca.pem");
        this.openssl = new Openssl(dir);
    }

    @BeforeEach
    void writeFile() throws IOException {
        PemFiles.writeCertificates(file, List.of(one.certificate(), two.certificate()));
    }

    private static Trust load(ClientAuth clientAuth, Path... clientCa) {
        TrustFiles settings = new TrustFiles(
                clientAuth, List.of(clientCa).stream().findFirst(), Optional.empty(), List.of(), Optional.empty());
        return TrustLoader.load(settings, Clock.systemUTC());
    }

    @Test
    void readsEveryCertificateOfAPemFile() {
        Trust trust = load(ClientAuth.REQUIRED, file);

        assertThat(trust.authorities()).containsExactly(one.certificate(), two.certificate());
        assertThat(trust.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x509 -in ca.pem -outform DER -out other",
                "crl2pkcs7 -nocrl -certfile ca.pem -out other",
                "crl2pkcs7 -nocrl -certfile ca.pem -outform DER -out other"
            })
    void readsOtherForms(String command) {
        openssl.run(command);

        assertThat(load(ClientAuth.OPTIONAL, dir.resolve("other")).authorities())
                .first()
                .isEqualTo(one.certificate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"JKS", "PKCS12"})
    void readsTrustStoresOfJava(String type) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        store.setCertificateEntry("one", one.certificate());
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        }
        Path password = Files.writeString(dir.resolve("password"), type.equals("JKS") ? "of the key" : "changeit");
        TrustFiles settings = new TrustFiles(
                ClientAuth.REQUIRED, Optional.of(file), Optional.empty(), List.of(), Optional.of(password));

        assertThat(TrustLoader.load(settings, Clock.systemUTC()).authorities()).containsExactly(one.certificate());
    }

    @Test
    void asksNobodyByDefault() {
        assertThat(load(ClientAuth.NONE)).isEqualTo(Trust.NONE);
    }

    @Test
    void refusesToAskClientsWithoutACa() {
        assertThatThrownBy(() -> load(ClientAuth.OPTIONAL))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage("penstock.tls.client-ca: nothing (expected: a file with CA certificates,"
                        + " as penstock.tls.client-auth is optional)");
    }

    @Test
    void tellsThatACaIsNotUsed() {
        Trust trust = load(ClientAuth.NONE, file);

        assertThat(trust.authorities()).isEmpty();
        assertThat(trust.warnings())
                .containsExactly("penstock.tls.client-ca: " + file + " (not used and clients are not asked for"
                        + " certificates, as penstock.tls.client-auth is none; remedy: set that to optional or"
                        + " required)");
    }

    @Test
    void refusesAFileWithoutCertificates() throws IOException {
        PemFiles.writeKey(file, one.identity().key());

        assertThatThrownBy(() -> load(ClientAuth.REQUIRED, file))
                .hasMessage("penstock.tls.client-ca: " + file
                        + " (expected: CA certificates; the file holds a private key)");
    }

    @Test
    void refusesAFileThatIsNotThere() throws IOException {
        Files.delete(file);

        assertThatThrownBy(() -> load(ClientAuth.REQUIRED, file))
                .hasMessage("penstock.tls.client-ca: " + file
                        + " (expected: a file with CA certificates; there is nothing at " + file + ")");
    }

    @Test
    void tellsOfAKeyOfALeafAndOfAnExpiredCa() throws IOException {
        Identity leaf = one.client("alice");
        PemFiles.writeIdentity(file, leaf);
        assertThat(load(ClientAuth.REQUIRED, file).warnings())
                .containsExactly(
                        "penstock.tls.client-ca: " + file + " (it holds a private key, too, which is not needed here;"
                                + " remedy: a file with the certificates alone)",
                        "penstock.tls.client-ca: " + file + " (CN=alice is not a CA, so that only this very"
                                + " certificate is accepted; remedy: the certificate of the CA that has issued it)");

        Instant until = Instant.parse("2020-02-01T00:00:00Z");
        CertificateAuthority old = CertificateAuthority.create(
                CertificateSpec.authority("Old").valid(Instant.parse("2020-01-01T00:00:00Z"), until));
        PemFiles.writeCertificates(file, List.of(old.certificate()));
        assertThat(load(ClientAuth.REQUIRED, file).warnings())
                .containsExactly("penstock.tls.client-ca: " + file + " (CN=Old expired on " + until
                        + " and is trusted all the same; remedy: remove it)");
    }
}
