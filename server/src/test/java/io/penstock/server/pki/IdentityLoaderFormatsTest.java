package io.penstock.server.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of file that operators have, made by openssl or keytool's format. */
class IdentityLoaderFormatsTest {
    private static final CertificateAuthority CA =
            CertificateAuthority.create("Root").intermediate("Intermediate");
    private static final Identity EC = CA.server("localhost");
    private static final Identity RSA =
            CA.issue(CertificateSpec.server("localhost").keyType(KeyType.RSA_2048));

    private final Path dir;
    private final Openssl openssl;

    IdentityLoaderFormatsTest(@TempDir Path dir) {
        this.dir = dir;
        this.openssl = new Openssl(dir);
    }

    @BeforeEach
    void writeFiles() throws IOException {
        write("ec", EC);
        write("rsa", RSA);
        Files.writeString(dir.resolve("plain"), "s3cret words");
        Files.writeString(dir.resolve("password"), "s3cret words\r\nsecond line\n");
    }

    private void write(String name, Identity identity) throws IOException {
        PemFiles.writeCertificates(dir.resolve(name + ".pem"), identity.chain());
        PemFiles.writeKey(dir.resolve(name + ".key"), identity.key());
    }

    private Identity load(String cert, Optional<String> key, Optional<String> password) {
        IdentityFiles settings = new IdentityFiles(
                IdentityFiles.DEFAULT_SECTION,
                Optional.of(dir.resolve(cert)),
                key.map(dir::resolve),
                password.map(dir::resolve));
        return IdentityLoader.load(settings, Optional.of("localhost"), Clock.systemUTC());
    }

    private Identity load(String cert, String key) {
        return load(cert, Optional.of(key), Optional.empty());
    }

    private static void assertSame(Identity loaded, Identity expected) {
        assertThat(loaded.chain()).isEqualTo(expected.chain());
        assertThat(loaded.key().getEncoded()).isEqualTo(expected.key().getEncoded());
    }

    @Nested
    class Keys {
        @ParameterizedTest
        @EnumSource(KeyType.class)
        void readsEveryKindAsPkcs8(KeyType type) throws IOException {
            Identity identity = CA.issue(CertificateSpec.server("localhost").keyType(type));
            write("any", identity);

            Identity loaded = load("any.pem", "any.key");
            assertSame(loaded, identity);
            assertThat(loaded.warnings()).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(
                value = KeyType.class,
                names = {"EC_P256", "EC_P384", "EC_P521"})
        void readsSec1WithItsParametersBeforeIt(KeyType type) throws IOException {
            Identity identity = CA.issue(CertificateSpec.server("localhost").keyType(type));
            write("any", identity);
            String parameters = openssl.run("pkey -in any.key -traditional");
            String curve = openssl.run(
                    "ecparam -name " + (type == KeyType.EC_P256 ? "prime256v1" : "secp" + bits(type) + "r1"));
            Files.writeString(dir.resolve("sec1.key"), curve + parameters);

            assertThat(curve).contains("BEGIN EC PARAMETERS");
            assertThat(parameters).contains("BEGIN EC PRIVATE KEY");
            assertThat(Chains.belongTogether(
                            load("any.pem", "sec1.key").key(), identity.leaf().getPublicKey()))
                    .isTrue();
        }

        private static String bits(KeyType type) {
            return type == KeyType.EC_P384 ? "384" : "521";
        }

        @Test
        void readsPkcs1() {
            assertThat(openssl.run("rsa -in rsa.key -traditional -out pkcs1.key"))
                    .isNotNull();
            assertThat(dir.resolve("pkcs1.key")).content().contains("BEGIN RSA PRIVATE KEY");

            assertSame(load("rsa.pem", "pkcs1.key"), RSA);
        }

        @ParameterizedTest
        @CsvSource({
            "ec, -v2 aes-256-cbc",
            "ec, -v2 aes-256-cbc -v2prf hmacWithSHA1",
            "rsa, -v2 aes-128-cbc -v2prf hmacWithSHA512",
            "rsa, -v2 des3",
            "ec, -v1 PBE-SHA1-3DES",
            "rsa, -scrypt",
        })
        void readsEncryptedPkcs8(String name, String options) {
            openssl.run("pkcs8 -topk8 -in " + name + ".key -out secret.key -passout file:plain " + options);
            assertThat(dir.resolve("secret.key")).content().contains("BEGIN ENCRYPTED PRIVATE KEY");

            Identity expected = name.equals("ec") ? EC : RSA;
            Identity loaded = load(name + ".pem", Optional.of("secret.key"), Optional.of("password"));
            assertThat(Chains.belongTogether(loaded.key(), expected.leaf().getPublicKey()))
                    .isTrue();
        }

        @ParameterizedTest
        @CsvSource({"rsa, -aes256", "rsa, -des3", "ec, -aes128"})
        void readsOpensslsOldEncryption(String name, String cipher) {
            openssl.run(name + " -in " + name + ".key -out secret.key -passout file:plain " + cipher
                    + (name.equals("rsa") ? " -traditional" : ""));
            assertThat(dir.resolve("secret.key")).content().contains("Proc-Type: 4,ENCRYPTED");

            Identity expected = name.equals("ec") ? EC : RSA;
            Identity loaded = load(name + ".pem", Optional.of("secret.key"), Optional.of("password"));
            assertThat(Chains.belongTogether(loaded.key(), expected.leaf().getPublicKey()))
                    .isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "pkcs8 -topk8 -nocrypt -in rsa.key -outform DER -out der.key",
                    "rsa -in rsa.key -traditional -outform DER -out der.key",
                    "pkcs8 -topk8 -in rsa.key -passout file:plain -outform DER -out der.key"
                })
        void readsDerOfEveryForm(String command) {
            openssl.run(command);

            assertSame(load("rsa.pem", Optional.of("der.key"), Optional.of("password")), RSA);
        }

        @Test
        void readsSec1AsDer() {
            openssl.run("ec -in ec.key -outform DER -out der.key");

            assertThat(Chains.belongTogether(
                            load("ec.pem", "der.key").key(), EC.leaf().getPublicKey()))
                    .isTrue();
        }
    }

    @Nested
    class Certificates {
        @Test
        void areSortedLeafFirst() throws IOException {
            CertificateAuthority deeper = CA.intermediate("Deeper");
            Identity identity = deeper.server("localhost");
            write("deep", identity);
            List<X509Certificate> chain = identity.chain();
            PemFiles.writeCertificates(
                    dir.resolve("shuffled.pem"), List.of(chain.get(2), chain.get(0), chain.get(1), chain.get(0)));

            assertSame(load("shuffled.pem", "deep.key"), identity);
        }

        @ParameterizedTest
        @ValueSource(strings = {"pem", "der"})
        void areReadFromPkcs7(String form) {
            openssl.run("crl2pkcs7 -nocrl -certfile ec.pem -outform " + form + " -out chain.p7b");

            assertSame(load("chain.p7b", "ec.key"), EC);
        }

        @Test
        void areReadFromDer() {
            openssl.run("x509 -in ec.pem -outform DER -out ec.der");

            assertThat(load("ec.der", "ec.key").chain()).containsExactly(EC.leaf());
        }

        @Test
        void areReadBetweenCommentsAndWithLineEndsOfWindows() throws IOException {
            String text = openssl.run("x509 -in ec.pem -text -nameopt utf8");
            Files.writeString(dir.resolve("text.pem"), "\ufeffSubject: ü\n" + text.replace("\n", "\r\n"));

            assertThat(load("text.pem", "ec.key").leaf()).isEqualTo(EC.leaf());
        }
    }

    @Nested
    class OneFile {
        @Test
        void mayBePemWithBoth() throws IOException {
            PemFiles.writeIdentity(dir.resolve("both.pem"), EC);

            assertSame(load("both.pem", Optional.empty(), Optional.empty()), EC);
            assertSame(load("both.pem", "both.pem"), EC);
        }

        @Test
        void needsNoPasswordWhenTheKeyIsElsewhere() throws IOException {
            openssl.run("pkcs8 -topk8 -in ec.key -out secret.key -passout file:plain");
            Files.writeString(
                    dir.resolve("both.pem"),
                    Files.readString(dir.resolve("ec.pem")) + Files.readString(dir.resolve("secret.key")));

            assertSame(load("both.pem", "ec.key"), EC);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " -legacy", " -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1"})
        void mayBePkcs12(String options) {
            openssl.run("pkcs12 -export -in ec.pem -inkey ec.key -out store.p12 -passout file:plain" + options);

            assertSame(load("store.p12", Optional.empty(), Optional.of("password")), EC);
            assertThat(load("store.p12", Optional.of("ec.key"), Optional.of("password"))
                            .chain())
                    .isEqualTo(EC.chain());
        }

        @Test
        void mayBePkcs12WithAnEmptyPassword() {
            openssl.run("pkcs12 -export -in ec.pem -inkey ec.key -out store.p12 -passout pass:");

            assertSame(load("store.p12", Optional.empty(), Optional.empty()), EC);
        }

        @ParameterizedTest
        @ValueSource(strings = {"JKS", "JCEKS", "PKCS12"})
        void mayBeAKeyStoreOfJava(String type) throws Exception {
            char[] password = "s3cret words".toCharArray();
            KeyStore store = KeyStore.getInstance(type);
            store.load(null, null);
            store.setKeyEntry("server", RSA.key(), password, RSA.chain().toArray(new X509Certificate[0]));
            try (OutputStream out = Files.newOutputStream(dir.resolve("store"))) {
                store.store(out, password);
            }

            assertSame(load("store", Optional.empty(), Optional.of("password")), RSA);
        }
    }
}
