package io.penstock.server.pki;

import static io.penstock.server.pki.Examined.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.pki.Finding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainFindingsTest {
    private final Examined examined;
    private final Identity identity;
    private final X509Certificate leaf;
    private final X509Certificate issuer;

    ChainFindingsTest(@TempDir Path dir) {
        this.examined = new Examined(dir);
        this.identity = examined.intermediate.server("localhost");
        this.leaf = identity.leaf();
        this.issuer = examined.intermediate.certificate();
    }

    @BeforeEach
    void trustTheRoot() {
        examined.trustRoot();
    }

    @Nested
    class MissingIntermediate {
        @Test
        void isMendedByAppendingIt() {
            Finding finding = only(examined.examine(examined.chain("leaf.pem", leaf)), Kind.MISSING_INTERMEDIATE);

            assertThat(finding.what()).isEqualTo("the chain ends before its issuer CN=Intermediate");
            assertThat(finding.why()).isEqualTo("clients that do not have it refuse the certificate");
            assertThat(finding.remedy())
                    .isEqualTo("append the issuer's certificate, with Let's Encrypt use fullchain.pem");
            examined.chain("intermediate.pem", issuer);
            examined.shell("cd / && "
                    + finding.command()
                            .orElseThrow()
                            .replace(
                                    " intermediate.pem > chain.pem",
                                    " " + examined.file("intermediate.pem") + " > " + examined.file("chain.pem")));
            assertThat(examined.kinds(examined.file("chain.pem"))).isEmpty();
        }

        @Test
        void isFetchedFromWhereTheLeafSays() throws IOException {
            PemFiles.writeCertificates(examined.file("i.pem"), List.of(issuer));
            examined.key("i.key", examined.intermediate.identity());
            Files.writeString(
                    examined.file("ext"),
                    "subjectAltName=DNS:leaf\n"
                            + "authorityInfoAccess=OCSP;URI:http://o/,caIssuers;URI:http://ca.example/i?a&id");
            examined.openssl.run("req -new -newkey rsa:2048 -nodes -keyout k.pem -subj /CN=leaf -out leaf.csr");
            examined.openssl.run("x509 -req -in leaf.csr -CA i.pem -CAkey i.key -days 90 -extfile ext -out c.pem");
            Finding finding = only(examined.examine("c.pem"), Kind.MISSING_INTERMEDIATE);

            assertThat(finding.remedy()).startsWith("append the issuer's certificate from http://ca.example/i?a&id");
            assertThat(finding.command())
                    .hasValue("curl -fsS 'http://ca.example/i?a&id' | openssl x509 -inform DER > intermediate.pem"
                            + " && cat " + examined.file("c.pem") + " intermediate.pem > chain.pem");
        }

        @Test
        void neverEmptiesTheFileThatIsThere() {
            assertThat(only(examined.examine(examined.chain("chain.pem", leaf)), Kind.MISSING_INTERMEDIATE)
                            .command())
                    .hasValueSatisfying(command -> assertThat(command).endsWith(" > new-chain.pem"));
        }

        @Test
        void isNoneWhereTheRootHasIssuedTheLeafItself() {
            assertThat(examined.kinds(examined.chain(
                            "leaf.pem", examined.root.server("localhost").leaf())))
                    .isEmpty();
        }
    }

    @Test
    void toldOfAnIntermediateOfTheSameNameWithAnotherKey() {
        X509Certificate other = examined.root.intermediate("Intermediate").certificate();
        Examination examination = examined.examine(examined.chain("chain.pem", leaf, other));

        assertThat(only(examination, Kind.WRONG_INTERMEDIATE).what())
                .isEqualTo("the CN=Intermediate that is there has another key than the one that issued CN=localhost");
        assertThat(examination.findings()).hasSize(1);
        assertThat(examination.further()).containsExactly(other);
    }

    @Test
    void toldOfCertificatesThatAreNotPartOfTheChain() {
        X509Certificate stray = CertificateAuthority.create("Stray").certificate();
        Examination examination = examined.examine(examined.chain("chain.pem", leaf, stray, issuer));

        assertThat(only(examination, Kind.EXTRA).what()).isEqualTo("CN=Stray is not part of the chain of CN=localhost");
        assertThat(examination.chain()).containsExactly(leaf, issuer);
        assertThat(examination.further()).containsExactly(stray);
        assertThat(only(Examination.ofServer(List.of(leaf, issuer, stray), "h:1", examined.options), Kind.EXTRA)
                        .why())
                .isEqualTo("every handshake carries it for nothing");
    }

    @Nested
    class Order {
        @Test
        void isMendedBySplittingAndJoining() throws IOException {
            PemFiles.writeKey(examined.file("k.pem"), identity.key());
            PemFiles.writeCertificates(examined.file("c.pem"), List.of(issuer, leaf));
            Files.writeString(
                    examined.file("both.pem"),
                    "subject=x\n" + Files.readString(examined.file("k.pem"))
                            + Files.readString(examined.file("c.pem")));
            Files.setPosixFilePermissions(examined.file("both.pem"), PosixFilePermissions.fromString("rw-------"));
            Examination examination = examined.examine("both.pem");
            Finding finding = only(examination, Kind.ORDER);

            assertThat(finding.what())
                    .isEqualTo("the order is CN=Intermediate; CN=localhost and not leaf first, each followed by its"
                            + " issuer");
            examined.run(finding);
            assertThat(examined.kinds(examined.file("chain.pem"))).isEmpty();
            assertThat(examined.examine("chain.pem").chain()).containsExactly(leaf, issuer);
        }

        @Test
        void matters() {
            assertThat(only(
                                    Examination.ofServer(
                                            List.of(leaf, examined.root.certificate(), issuer),
                                            "h:1",
                                            examined.options),
                                    Kind.ORDER)
                            .why())
                    .isEqualTo("clients that do not sort it refuse it");
        }
    }

    @Test
    void toldOfSeveralFilesAndHowToJoinThem() {
        examined.chain("i.pem", issuer);
        examined.chain("l.pem", leaf);
        Finding finding = only(examined.examine("i.pem", "l.pem"), Kind.SEVERAL_FILES);

        assertThat(finding.command())
                .hasValue("cat " + examined.file("l.pem") + " " + examined.file("i.pem") + " > chain.pem");
        examined.run(finding);
        assertThat(examined.kinds(examined.file("chain.pem"))).isEmpty();
    }

    @Test
    void toldThatTheRootIsThereToo() {
        Examination examination =
                examined.examine(examined.chain("chain.pem", leaf, issuer, examined.root.certificate()));

        assertThat(only(examination, Kind.ROOT_SENT).severity()).isEqualTo(Finding.Severity.NOTE);
        assertThat(examination.findings()).hasSize(1);
    }

    @Nested
    class Issuers {
        @Test
        void thatHaveExpired() {
            CertificateAuthority old = examined.root.intermediate(CertificateSpec.authority("Old")
                    .valid(Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2020-02-01T00:00:00Z")));
            Examination examination = examined.examine(
                    examined.chain("c.pem", old.server("localhost").leaf(), old.certificate()));

            assertThat(only(examination, Kind.ISSUER_EXPIRED).what())
                    .isEqualTo("the issuer CN=Old expired on 2020-02-01T00:00:00Z");
            assertThat(examination.findings()).hasSize(1);
        }

        @Test
        void thatAreNotCas() {
            Identity server = examined.root.server("shop.example");
            X509Certificate forged = CertificateIssuer.issue(
                    CertificateSpec.server("bank.example"),
                    KeyType.EC_P256.generate().getPublic(),
                    server);
            Examination examination = examined.examine(examined.chain("c.pem", forged, server.leaf()));

            assertThat(only(examination, Kind.ISSUER_NOT_CA).what())
                    .isEqualTo("the issuer CN=shop.example is not a CA (basicConstraints CA:TRUE is not there)");
            assertThat(examination.findings()).hasSize(1);
        }

        @Test
        void thatMayHaveNoCasBelowThem() {
            examined.openssl.run("req -x509 -newkey rsa:2048 -nodes -keyout r.key -out r.pem -subj /CN=Top -days 900"
                    + " -addext basicConstraints=critical,CA:TRUE,pathlen:0");
            CertificateAuthority below =
                    CertificateAuthority.of(load("r.pem", "r.key")).intermediate("Below");
            Identity low = below.server("localhost");
            examined.chain("chain.pem", low.leaf(), below.certificate());
            examined.shell("cat r.pem >> chain.pem");
            examined.options = ExaminationOptions.DEFAULTS.withCa(Optional.of(examined.file("r.pem")));

            assertThat(only(examined.examine("chain.pem"), Kind.ISSUER_NOT_CA).what())
                    .isEqualTo("the issuer CN=Top allows 0 CAs below it, and there are 1");
        }

        private Identity load(String cert, String key) {
            return IdentityLoader.load(
                    IdentityFiles.of(examined.file(cert), examined.file(key)), Optional.empty(), Clock.systemUTC());
        }

        @Test
        void thatMayNotIssueForThatName() {
            CertificateAuthority narrow = examined.root.intermediate(
                    CertificateSpec.authority("Narrow").permitted(List.of("example.org")));
            Examination examination = examined.examine(
                    examined.chain("c.pem", narrow.server("localhost").leaf(), narrow.certificate()));

            assertThat(only(examination, Kind.BROKEN_CHAIN).what())
                    .startsWith("the chain to CN=Root does not hold: name constraints check failed");
        }
    }
}
