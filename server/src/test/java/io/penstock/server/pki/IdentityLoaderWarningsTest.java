package io.penstock.server.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityLoaderWarningsTest {
    private final CertificateAuthority root = CertificateAuthority.create("Root");
    private final CertificateAuthority intermediate = root.intermediate("Intermediate");
    private final Path cert;
    private final Path key;
    private final Openssl openssl;
    private Clock clock = Clock.systemUTC();
    private Optional<String> hostname = Optional.empty();

    IdentityLoaderWarningsTest(@TempDir Path dir) {
        this.cert = dir.resolve("cert.pem");
        this.key = dir.resolve("key.pem");
        this.openssl = new Openssl(dir);
    }

    private List<String> warnings(Identity identity, List<X509Certificate> chain) throws IOException {
        PemFiles.writeCertificates(cert, chain);
        PemFiles.writeKey(key, identity.key());
        return warnings();
    }

    private List<String> warnings(Identity identity) throws IOException {
        return warnings(identity, identity.chain());
    }

    private List<String> warnings() {
        IdentityFiles settings =
                new IdentityFiles(IdentityFiles.DEFAULT_SECTION, Optional.of(cert), Optional.of(key), Optional.empty());
        return IdentityLoader.load(settings, hostname, clock).warnings();
    }

    private String line(String words) {
        return "penstock.tls.cert: " + cert + " (" + words + ")";
    }

    @Test
    void tellsOfAMissingIntermediate() throws IOException {
        Identity leaf = intermediate.server("localhost");

        assertThat(warnings(leaf, List.of(leaf.leaf())))
                .containsExactly(line("the chain ends before its issuer CN=Intermediate, so that clients that do not"
                        + " have it refuse the certificate; remedy: append the issuer's certificate, with Let's Encrypt"
                        + " use fullchain.pem"));
    }

    @Test
    void tellsWhereTheMissingIntermediateIs() throws IOException {
        PemFiles.writeCertificates(cert.resolveSibling("ca.pem"), List.of(intermediate.certificate()));
        PemFiles.writeKey(cert.resolveSibling("ca.key"), intermediate.identity().key());
        Files.writeString(
                cert.resolveSibling("ext"),
                "subjectAltName=DNS:leaf\nauthorityInfoAccess=OCSP;URI:http://o/,caIssuers;URI:http://ca.example/i");
        openssl.run("req -new -newkey rsa:2048 -nodes -keyout key.pem -subj /CN=leaf -out leaf.csr");
        openssl.run("x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -days 90 -extfile ext -out cert.pem");

        assertThat(warnings())
                .singleElement()
                .asString()
                .contains("append the issuer's certificate from http://ca.example/i, with");
    }

    @Test
    void isContentWithAWholeChainWithOrWithoutItsRoot() throws IOException {
        Identity leaf = intermediate.server("localhost");

        assertThat(warnings(leaf)).isEmpty();
        assertThat(warnings(leaf, List.of(leaf.leaf(), intermediate.certificate(), root.certificate())))
                .isEmpty();
    }

    @Test
    void isContentWithASelfSignedLeaf() throws IOException {
        openssl.run("req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=leaf -days 90"
                + " -addext subjectAltName=DNS:leaf");

        assertThat(warnings()).isEmpty();
    }

    @Test
    void tellsOfCertificatesThatAreNotSent() throws IOException {
        Identity leaf = intermediate.server("localhost");
        X509Certificate stray = CertificateAuthority.create("Stray").certificate();

        assertThat(warnings(leaf, List.of(leaf.leaf(), stray, intermediate.certificate())))
                .containsExactly(
                        line("CN=Stray is not part of the chain of CN=localhost, so that Penstock does not send it,"
                                + " and other servers send it for nothing; remedy: a file with the chain alone"));
    }

    @Test
    void tellsOfAnIssuerThatHasExpired() throws IOException {
        Instant now = Instant.now();
        Instant until = Instant.parse("2020-02-01T00:00:00Z");
        CertificateAuthority old =
                root.intermediate(CertificateSpec.authority("Old").valid(Instant.parse("2020-01-01T00:00:00Z"), until));
        clock = Clock.fixed(now, ZoneOffset.UTC);

        assertThat(warnings(old.server("localhost")))
                .containsExactly(line("the issuer CN=Old expired on " + until
                        + ", so that the other side refuses the chain;" + " remedy: the current chain of your CA"));
    }

    @Test
    void tellsThatTheCertificateExpiresSoon() throws IOException {
        Identity leaf = intermediate.server("localhost");
        Instant until = leaf.leaf().getNotAfter().toInstant();
        clock = Clock.fixed(until.minus(Duration.ofDays(29)), ZoneOffset.UTC);

        assertThat(warnings(leaf))
                .containsExactly(line("CN=localhost expires in 29 days, on " + until
                        + ", so that clients refuse it from then on; remedy: renew it"));
        clock = Clock.fixed(until.minus(Duration.ofDays(31)), ZoneOffset.UTC);
        assertThat(warnings(leaf)).isEmpty();
    }

    @Test
    void tellsThatTheCertificateIsForClients() throws IOException {
        assertThat(warnings(intermediate.issue(CertificateSpec.client("alice").names("localhost"))))
                .containsExactly(line("CN=alice is not for servers, so that clients refuse it;"
                        + " remedy: a certificate with the extended key usage serverAuth"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--"})
    void tellsThatOthersReadTheKey(String mode) throws IOException {
        assertThat(warnings(intermediate.server("localhost"))).isEmpty();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));

        assertThat(warnings())
                .containsExactly("penstock.tls.key: " + key + " (mode " + (mode.equals("rw-r-----") ? "0640" : "0604")
                        + " lets others than its owner read the secret; remedy: chmod 600 " + key + ")");
    }

    @Test
    void tellsThatTheHostNameIsNotCovered() throws IOException {
        hostname = Optional.of("www.example.org");
        Identity leaf = intermediate.server("localhost", "10.0.0.1");

        assertThat(warnings(leaf))
                .containsExactly(line("it covers localhost, 10.0.0.1 and not penstock.hostname www.example.org,"
                        + " so that clients of that name refuse it; remedy: a certificate with the subject alternative"
                        + " name www.example.org"));
        assertThat(warnings(intermediate.server("*.example.org"))).isEmpty();
        assertThat(warnings(intermediate.server("*.org"))).hasSize(1);
    }

    @Test
    void comparesAddressesByValue() throws IOException {
        hostname = Optional.of("2001:db8:0::1");

        assertThat(warnings(intermediate.server("2001:db8::1"))).isEmpty();
        hostname = Optional.of("2001:db8::2");
        assertThat(warnings(intermediate.server("2001:db8::1"))).hasSize(1);
    }
}
