package io.penstock.server.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.server.pki.CertificateSpec.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertificateAuthorityTest {
    private final Path dir;
    private final Openssl openssl;

    CertificateAuthorityTest(@TempDir Path dir) {
        this.dir = dir;
        this.openssl = new Openssl(dir);
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void issuesLeavesThatOpensslVerifies(KeyType type) throws IOException {
        CertificateAuthority ca =
                CertificateAuthority.create(CertificateSpec.authority("Test CA").keyType(type));
        Identity leaf =
                ca.issue(CertificateSpec.server("localhost", "127.0.0.1", "::1").keyType(type));
        PemFiles.writeCertificates(dir.resolve("ca.pem"), List.of(ca.certificate()));
        PemFiles.writeCertificates(dir.resolve("leaf.pem"), leaf.chain());
        PemFiles.writeKey(dir.resolve("key.pem"), leaf.key());

        assertThat(openssl.run(
                        "verify -x509_strict -purpose sslserver -verify_hostname localhost -CAfile ca.pem leaf.pem"))
                .contains("OK");
        assertThat(openssl.run("verify -x509_strict -verify_ip ::1 -CAfile ca.pem leaf.pem"))
                .contains("OK");
        assertThat(openssl.run("pkey -in key.pem -pubout")).isEqualTo(openssl.run("x509 -in leaf.pem -noout -pubkey"));
        assertThat(Chains.belongTogether(leaf.key(), leaf.leaf().getPublicKey()))
                .isTrue();
    }

    @Test
    void issuesClientLeavesForClientsOnly() throws Exception {
        Identity client = CertificateAuthority.create("Test CA").client("alice");

        assertThat(client.leaf().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(client.leaf().getSubjectX500Principal().getName()).isEqualTo("CN=alice");
    }

    @Test
    void issuesThroughAnIntermediateAndSendsItButNotTheRoot() throws IOException {
        CertificateAuthority root = CertificateAuthority.create("Root");
        CertificateAuthority intermediate = root.intermediate("Intermediate");
        Identity leaf = intermediate.server("localhost");
        PemFiles.writeCertificates(dir.resolve("root.pem"), List.of(root.certificate()));
        PemFiles.writeCertificates(dir.resolve("chain.pem"), leaf.chain());

        assertThat(leaf.chain()).hasSize(2).last().isEqualTo(intermediate.certificate());
        assertThat(openssl.run("verify -x509_strict -CAfile root.pem -untrusted chain.pem chain.pem"))
                .contains("OK");
    }

    @Test
    void issuesForAnySpanOfTime() {
        Instant from = Instant.parse("2020-01-01T00:00:00Z");
        Instant until = Instant.parse("2020-02-01T00:00:00Z");
        Identity leaf = CertificateAuthority.create("Test CA")
                .issue(CertificateSpec.server("localhost").valid(from, until));

        assertThat(leaf.leaf().getNotBefore()).isEqualTo(from);
        assertThat(leaf.leaf().getNotAfter()).isEqualTo(until);
    }

    @Test
    void constrainsNamesSoThatOthersDoNotVerify() throws IOException {
        CertificateAuthority ca = CertificateAuthority.create(
                CertificateSpec.authority("Test CA").permitted(List.of("localhost", "127.0.0.0/8", "::1/128")));
        PemFiles.writeCertificates(dir.resolve("ca.pem"), List.of(ca.certificate()));
        PemFiles.writeCertificates(
                dir.resolve("good.pem"),
                ca.server("localhost", "127.9.9.9", "::1").chain());
        PemFiles.writeCertificates(
                dir.resolve("bad.pem"), ca.server("example.org").chain());

        assertThat(openssl.run("verify -x509_strict -CAfile ca.pem good.pem")).contains("OK");
        assertThatThrownBy(() -> openssl.run("verify -CAfile ca.pem bad.pem"))
                .hasMessageContaining("permitted subtree violation");
    }

    @Test
    void makesAuthoritiesFromSpecsOfAuthoritiesOnly() {
        assertThatThrownBy(() -> CertificateAuthority.create(CertificateSpec.server("localhost")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Role.SERVER.name());
    }

    @Test
    void writesKeysForTheirOwnerOnlyAndLeavesNoOtherFile() throws IOException {
        Identity leaf = CertificateAuthority.create("Test CA").server("localhost");
        Path file = Files.writeString(dir.resolve("key.pem"), "older");
        PemFiles.writeKey(file, leaf.key());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(dir).isDirectoryNotContaining(other -> !other.endsWith("key.pem"));
    }

    @Test
    void neverPrintsAKey() {
        assertThat(CertificateAuthority.create("Test CA").identity()).asString().contains("<redacted>", "CN=Test CA");
    }
}
