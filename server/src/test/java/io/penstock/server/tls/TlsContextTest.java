package io.penstock.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.TlsSession;
import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identities;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.IdentityFiles;
import io.penstock.server.pki.Trust;
import io.penstock.server.pki.TrustFiles;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsContextTest {
    private static final CertificateAuthority CA = CertificateAuthority.create("Test CA");
    private static final Identity SERVER = CA.intermediate("Below").server("localhost");

    /** A client that trusts the CA and checks the name. */
    private static SSLEngine client(Optional<Identity> identity) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", CA.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] keys = identity.map(FixedKeyManager::new).stream().toArray(KeyManager[]::new);
        context.init(keys, trust.getTrustManagers(), null);
        SSLEngine engine = context.createSSLEngine("localhost", 1);
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return engine;
    }

    private static JdkEngines engines(Trust trust) {
        return new JdkEngines(Identities.of(SERVER), new ClientVerifier(trust, Clock.systemUTC()), Policy.INTERMEDIATE);
    }

    private static SSLEngine engine(JdkEngines engines) {
        return engines.newEngine(SERVER, Policy.INTERMEDIATE.groups());
    }

    private static TlsSession connect(Trust trust, Optional<Identity> identity) throws Exception {
        JdkEngines engines = engines(trust);
        SSLEngine server = engine(engines);
        Handshake.run(client(identity), server);
        return JdkEngines.describe(server, engines.clients().accepted(server));
    }

    @Test
    void offersStrongCiphersOnly() {
        SSLEngine engine = engine(engines(Trust.NONE));

        assertThat(engine.getUseClientMode()).isFalse();
        assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
        assertThat(engine.getEnabledCipherSuites())
                .hasSize(9)
                .allMatch(cipher -> cipher.contains("GCM") || cipher.contains("CHACHA20_POLY1305"))
                .allMatch(cipher -> !cipher.contains("WITH") || cipher.startsWith("TLS_ECDHE_"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"})
    void refusesAClientWithWeakerCiphers(String cipher) throws Exception {
        SSLEngine client = client(Optional.empty());
        client.setEnabledProtocols(new String[] {"TLSv1.2"});
        client.setEnabledCipherSuites(new String[] {cipher});
        SSLEngine server = engine(engines(Trust.NONE));

        assertThatThrownBy(() -> Handshake.run(client, server)).isInstanceOf(SSLException.class);
    }

    @Nested
    class Clients {
        private final Identity alice = CA.client("alice");
        private final Trust required = Trust.required(CA.certificate());
        private final Trust optional = Trust.optional(CA.certificate());

        @Test
        void areKnownByTheirCertificate() throws Exception {
            assertThat(connect(required, Optional.of(alice)).peerChain()).isEqualTo(alice.chain());
            assertThat(connect(optional, Optional.of(alice)).peerChain()).isEqualTo(alice.chain());
        }

        @Test
        void mayBringIntermediates() throws Exception {
            Identity deep = CA.intermediate("Clients").client("bob");

            assertThat(connect(required, Optional.of(deep)).peerChain()).hasSize(2);
        }

        @Test
        void mayShowNothingWhereItIsOptional() throws Exception {
            assertThat(connect(optional, Optional.empty()).peerChain()).isEmpty();
        }

        @Test
        void mustShowSomethingWhereItIsRequired() {
            assertThatThrownBy(() -> connect(required, Optional.empty())).isInstanceOf(SSLException.class);
        }

        @Test
        void areNotAskedOtherwise() throws Exception {
            assertThat(connect(Trust.NONE, Optional.of(alice)).peerChain()).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(
                value = ClientAuth.class,
                names = {"OPTIONAL", "REQUIRED"})
        void areRefusedWithABadCertificate(ClientAuth clientAuth) {
            Trust trust = clientAuth == ClientAuth.OPTIONAL ? optional : required;
            Instant then = Instant.parse("2020-01-01T00:00:00Z");
            Identity stranger = CertificateAuthority.create("Test CA").client("alice");
            Identity expired = CA.issue(CertificateSpec.client("alice").valid(then, then.plusSeconds(60)));
            Identity wrongPurpose = CA.server("alice");

            for (Identity bad : new Identity[] {stranger, expired, wrongPurpose}) {
                assertThatThrownBy(() -> connect(trust, Optional.of(bad))).isInstanceOf(SSLException.class);
            }
        }
    }

    @Test
    void reportsTheProblemsOfIdentityAndTrustTogether() {
        TlsSettings settings = TlsSettings.of(
                IdentityFiles.of(Path.of("/nowhere/cert.pem"), Path.of("/nowhere/key.pem")),
                new TrustFiles(ClientAuth.REQUIRED, Optional.empty(), Optional.empty(), List.of(), Optional.empty()));

        assertThatThrownBy(() -> TlsContext.load(settings, Optional.empty(), Clock.systemUTC()))
                .isInstanceOfSatisfying(
                        InvalidSettingsException.class,
                        e -> assertThat(e.problems()).hasSize(3));
    }
}
