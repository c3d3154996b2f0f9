package io.penstock.server.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of revoked certificates, and rules, as files and settings have them. */
class TrustLoaderRevocationTest {
    private final CertificateAuthority one = CertificateAuthority.create("One");
    private final CertificateAuthority two = CertificateAuthority.create("Two");
    private final Path dir;
    private final Path ca;
    private final Path crl;

    TrustLoaderRevocationTest(@TempDir Path dir) {
        this.dir = dir;
        this.ca = dir.resolve("ca.pem");
        this.crl = dir.resolve("crl.pem");
    }

    @BeforeEach
    void writeAuthorities() throws IOException {
        PemFiles.writeCertificates(ca, List.of(one.certificate(), two.certificate()));
    }

    private Trust load(ClientAuth clientAuth, String... rules) {
        return TrustLoader.load(
                new TrustFiles(
                        clientAuth,
                        Optional.of(ca),
                        Optional.of(crl).filter(Files::exists),
                        List.of(rules),
                        Optional.empty()),
                Clock.systemUTC());
    }

    private void write(X509CRL... lists) throws IOException {
        PemFiles.writeRevocationLists(crl, List.of(lists));
    }

    private String key(String words) {
        return "penstock.tls.client-crl: " + crl + " (" + words + ")";
    }

    @Test
    void readsEveryListOfAPemFile() throws IOException {
        X509CRL first = one.revocationList(one.client("lost").leaf());
        X509CRL second = two.revocationList();
        write(first, second);

        Trust trust = load(ClientAuth.REQUIRED);

        assertThat(trust.revocationLists()).containsExactly(first, second);
        assertThat(trust.warnings()).isEmpty();
    }

    @Test
    void readsDer() throws Exception {
        PemFiles.writeCertificates(ca, List.of(one.certificate()));
        X509CRL list = one.revocationList();
        Files.write(crl, list.getEncoded());

        assertThat(load(ClientAuth.OPTIONAL).revocationLists()).containsExactly(list);
    }

    @Test
    void readsWhatOpensslMakes() throws IOException {
        PemFiles.writeCertificates(ca, List.of(one.certificate()));
        PemFiles.writeKey(dir.resolve("ca.key"), one.identity().key());
        Files.writeString(dir.resolve("index.txt"), "");
        Files.writeString(dir.resolve("ca.cnf"), "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\n");
        new Openssl(dir).run("ca -gencrl -config ca.cnf -cert ca.pem -keyfile ca.key -crldays 1 -out crl.pem");

        Trust trust = load(ClientAuth.REQUIRED);

        assertThat(trust.revocationLists()).hasSize(1);
        assertThat(trust.warnings()).isEmpty();
        assertThat(new ClientVerifier(trust, Clock.systemUTC())
                        .verify(one.client("alice").chain()))
                .isInstanceOf(ClientVerdict.Accepted.class);
    }

    @Test
    void refusesWhatIsNoList() throws IOException {
        PemFiles.writeCertificates(crl, List.of(one.certificate()));
        assertThatThrownBy(() -> load(ClientAuth.REQUIRED))
                .hasMessage(key("expected: lists of revoked certificates (CRL); the file holds a certificate"));
        Files.write(crl, new byte[] {0x30, 3, 2, 1, 5});
        assertThatThrownBy(() -> load(ClientAuth.REQUIRED))
                .hasMessage(key("expected: lists of revoked certificates (CRL) as PEM or DER; the file is damaged or"
                        + " something else"));
        Files.writeString(crl, "");
        assertThatThrownBy(() -> load(ClientAuth.REQUIRED))
                .hasMessage(key("expected: lists of revoked certificates (CRL); the file is empty"));
    }

    @Test
    void refusesAListThatIsCutOff() throws IOException {
        write(one.revocationList());
        String text = Files.readString(crl);
        Files.writeString(crl, text.substring(0, text.length() / 2));
        assertThatThrownBy(() -> load(ClientAuth.REQUIRED)).hasMessageContaining("the block is cut off");
    }

    @Test
    void refusesAListThatTheCaHasNotSigned() throws IOException {
        write(CertificateAuthority.create("One").revocationList(), two.revocationList());
        assertThatThrownBy(() -> load(ClientAuth.REQUIRED))
                .hasMessage(key("expected: lists that the CAs of penstock.tls.client-ca have signed; the signature of"
                        + " the list of CN=One is wrong"));
    }

    @Test
    void warnsOfAListOfAnotherCaAndOfACaWithoutOne() throws IOException {
        write(one.revocationList(), CertificateAuthority.create("Three").revocationList());
        assertThat(load(ClientAuth.REQUIRED).warnings())
                .containsExactly(
                        key("the list of CN=Three is used only for clients that send the certificate of that CA, as it"
                                + " is not in penstock.tls.client-ca"),
                        key("no list of CN=Two, so that the clients of this CA are refused; remedy: append its list"));
    }

    @Test
    void warnsOfAListThatIsNotCurrent() throws IOException {
        Instant from = Instant.parse("2020-01-01T00:00:00Z");
        Instant later = Instant.now().plus(Duration.ofDays(400));
        write(one.revocationList(from, from.plusSeconds(60)), two.revocationList(later, later.plusSeconds(60)));
        assertThat(load(ClientAuth.REQUIRED).warnings())
                .hasSize(2)
                .first()
                .isEqualTo(key("the list of CN=One was to be replaced by 2020-01-01T00:01:00Z, so that the clients of"
                        + " this CA are refused; remedy: its current list"));
    }

    @Test
    void reportsEveryBadRuleAndTheBadListTogether() throws IOException {
        Files.writeString(crl, "");
        assertThatThrownBy(() -> load(ClientAuth.REQUIRED, "dns:ok.example.org", "dns:-", "pump-7"))
                .hasMessageContaining("penstock.tls.allowed-clients: dns:- (expected: dns:NAME with a DNS name, or with"
                        + " *. and one for any label before it)")
                .hasMessageContaining("penstock.tls.allowed-clients: pump-7 (expected: dns:NAME, uri:URI,"
                        + " email:ADDRESS, subject:DN or spki-sha256:BASE64)")
                .hasMessageContaining("the file is empty");
    }

    @Test
    void tellsThatListsAndRulesAreNotUsed() throws IOException {
        write(one.revocationList());
        Trust trust = load(ClientAuth.NONE, "dns:a.example.org");
        assertThat(trust.revocationLists()).isEmpty();
        assertThat(trust.rules()).isEmpty();
        assertThat(trust.warnings())
                .anyMatch(line -> line.startsWith("penstock.tls.client-crl: " + crl + " (not used"))
                .anyMatch(line -> line.startsWith("penstock.tls.allowed-clients: dns:a.example.org (not used"));
    }

    @Test
    void comparesTrustByWhatItSays() throws IOException {
        write(one.revocationList(), two.revocationList());
        Trust trust = load(ClientAuth.REQUIRED, "dns:a.example.org");
        assertThat(load(ClientAuth.REQUIRED, "dns:a.example.org")).isEqualTo(trust);
        assertThat(load(ClientAuth.REQUIRED, "dns:b.example.org")).isNotEqualTo(trust);
        write(one.revocationList(one.client("lost").leaf()), two.revocationList());
        assertThat(load(ClientAuth.REQUIRED, "dns:a.example.org")).isNotEqualTo(trust);
    }
}
