package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.TlsSession;
import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.Identity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients see that are refused because of their certificates, and what the processor knows of the others. */
@ParameterizedClass
@ValueSource(strings = {"jdk", "native"})
class ClientCertificatesTest {
    private static final String ALLOWED = "pump.ok.example.org";
    private static final int HANDSHAKE_FAILURE = 40;
    private static final int BAD_CERTIFICATE = 42;
    private static final int CERTIFICATE_UNKNOWN = 46;
    private static final int CERTIFICATE_REQUIRED = 116;
    private static final TestCa CA = new TestCa();
    private static final CertificateAuthority BETWEEN = CA.authority().intermediate("Between");
    private static final Identity LOST = CA.client("lost", ALLOWED);

    /**
     * A client, with the alert that the native engine has for it: the JDK's says certificate_unknown to all that show a
     * certificate.
     */
    @SuppressWarnings("ImmutableEnumChecker") // an Identity's parts are never changed
    enum Bad {
        EXPIRED(45, "CLIENT-CERTIFICATE-EXPIRED", "expired on ", CA.expiredClient("bad")),
        NOT_YET_VALID(
                45,
                "CLIENT-CERTIFICATE-NOT-YET-VALID",
                "is valid from ",
                CA.authority()
                        .issue(CertificateSpec.client("bad")
                                .names(ALLOWED)
                                .valid(tomorrow(), tomorrow().plusSeconds(3600)))),
        REVOKED(44, "CLIENT-CERTIFICATE-REVOKED", "was revoked on ", LOST),
        OF_AN_UNKNOWN_CA(48, "CLIENT-CERTIFICATE-UNKNOWN-CA", "its root CN=Penstock test CA is not in ", rogue()),
        WITHOUT_ITS_INTERMEDIATE(
                48,
                "CLIENT-CERTIFICATE-UNKNOWN-CA",
                "CN=Between is not in ",
                alone(BETWEEN.issue(CertificateSpec.client("bad")))),
        BELOW_A_CA_WITHOUT_A_LIST(46, "CLIENT-CRL-MISSING", "has no list of CN=Between", BETWEEN.client("bad")),
        FOR_SERVERS(43, "CLIENT-CERTIFICATE-WRONG-USAGE", "it is for serverAuth, ", CA.server(ALLOWED)),
        NOT_ALLOWED(
                46, "CLIENT-CERTIFICATE-NOT-ALLOWED", "it meets none of ", CA.client("bad", "pump.other.example.org"));

        private final int alert;
        private final String code;
        private final String words;

        @SuppressWarnings("ImmutableEnumChecker") // A key and certificates, which nobody changes.
        private final Identity identity;

        Bad(int alert, String code, String words, Identity identity) {
            this.alert = alert;
            this.code = "TLS-" + code;
            this.words = words;
            this.identity = identity;
        }

        private static Instant tomorrow() {
            return Instant.now().plus(Duration.ofDays(1));
        }

        private static Identity rogue() {
            CertificateAuthority rogue = new TestCa().authority();
            Identity client = rogue.client("bad");
            return new Identity(client.key(), List.of(client.leaf(), rogue.certificate()));
        }

        private static Identity alone(Identity client) {
            return new Identity(client.key(), List.of(client.leaf()));
        }
    }

    @RegisterExtension
    final PenstockExtension penstock;

    private final String engine;
    private final Path dir;

    ClientCertificatesTest(String engine, @TempDir Path dir) throws IOException {
        this.engine = engine;
        this.dir = dir;
        this.penstock = PenstockExtension.create()
                .ca(CA)
                .clientAuth(ClientAuth.REQUIRED)
                .with("protocol", "lines")
                .with("tls.engine", engine)
                .with("tls.client-crl", CA.crl(dir.resolve("crl.pem"), LOST).toString())
                .with("tls.allowed-clients", List.of("dns:*.ok.example.org"));
    }

    /** What s_client is told, in either version. */
    private int alert(String version, Optional<Identity> client) throws Exception {
        return SClient.alert(dir, penstock.server().localAddress().getPort(), version, client);
    }

    @ParameterizedTest
    @EnumSource
    void areRefusedWithAnAlertAndAReason(Bad bad) throws Exception {
        for (String version : new String[] {"-tls1_3", "-tls1_2"}) {
            assertThat(alert(version, Optional.of(bad.identity)))
                    .as(version)
                    .isEqualTo(engine.equals("jdk") ? CERTIFICATE_UNKNOWN : bad.alert);
            ConnectionEnd end = penstock.awaitEvent(Failed.class).end();
            assertThat(end.kind()).isEqualTo(Kind.TLS_FAILED);
            assertThat(end.code()).isEqualTo(bad.code);
            assertThat(end.detail()).contains(bad.words);
        }
    }

    @Test
    void areRequired() throws Exception {
        boolean old = engine.equals("jdk") && Runtime.version().feature() < 25;
        assertThat(alert("-tls1_3", Optional.empty())).isEqualTo(old ? BAD_CERTIFICATE : CERTIFICATE_REQUIRED);
        assertThat(penstock.awaitEvent(Failed.class).end().code()).isEqualTo("TLS-CLIENT-CERTIFICATE-MISSING");
        assertThat(alert("-tls1_2", Optional.empty())).isEqualTo(old ? BAD_CERTIFICATE : HANDSHAKE_FAILURE);
        assertThat(penstock.awaitEvent(Failed.class).end().code()).isEqualTo("TLS-CLIENT-CERTIFICATE-MISSING");
    }

    @Test
    void tellTheProcessorWhoTheClientIs() {
        Identity pump = CA.client("pump 7", ALLOWED, "spiffe://example.org/pump/7", "pump@example.org");
        try (TlsClient client = penstock.connect(pump)) {
            client.send("hello\n");
            TlsSession tls = penstock.probe().expectOpen().connection().tls();
            assertThat(tls).isNotNull();
            ClientIdentity identity = tls.client();
            assertThat(identity).isNotNull();
            assertThat(identity.subject()).isEqualTo("CN=pump 7");
            assertThat(identity.issuer()).isEqualTo("CN=Penstock test CA");
            assertThat(identity.serial())
                    .isEqualTo(pump.leaf().getSerialNumber().toString(16));
            assertThat(identity.dnsNames()).containsExactly(ALLOWED);
            assertThat(identity.uris()).containsExactly("spiffe://example.org/pump/7");
            assertThat(identity.emails()).containsExactly("pump@example.org");
            assertThat(identity.chain()).isEqualTo(pump.chain());
            penstock.probe().expectFrames("hello");
        }
    }
}
