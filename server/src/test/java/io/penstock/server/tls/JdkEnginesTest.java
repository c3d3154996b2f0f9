package io.penstock.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identities;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.KeyType;
import io.penstock.server.pki.Trust;
import io.penstock.server.tls.PolicySettings.Profile;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client gets from the JDK's engine: certificate, protocol, group, resumption. */
class JdkEnginesTest {
    private static final CertificateAuthority CA = CertificateAuthority.create("Test CA");
    private static final Identity WWW = CA.server("www.example.org");
    private static final Identity RSA =
            CA.issue(CertificateSpec.server("www.example.org").keyType(KeyType.RSA_2048));
    private static final Identity API = CA.server("api.example.org");
    private static final Identities ALL = Identities.of(WWW, RSA, API);

    private static PolicySettings policy(List<String> groups, List<String> alpn, Optional<Duration> tickets) {
        return new PolicySettings(Profile.INTERMEDIATE, List.of(), groups, alpn, tickets);
    }

    private static TlsContext context(boolean strict, PolicySettings policy) {
        return TlsContext.of(ALL, strict, new ClientVerifier(Trust.NONE, Clock.systemUTC()), Policy.of(policy));
    }

    private static SSLContext trusting() throws Exception {
        return trusting(new Verifications());
    }

    private static SSLContext trusting(TrustManager trust) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trust}, null);
        return context;
    }

    /** Trusts everybody, and counts how often it was asked: not when a session is resumed. */
    private static final class Verifications extends X509ExtendedTrustManager {
        private int count;

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            count++;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
            count++;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            count++;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Asks for a name, or for none. */
    private static SSLEngine client(SSLContext context, String name, String... versions) {
        // The same peer for all, so that sessions are looked for.
        SSLEngine engine = context.createSSLEngine("server", 443);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(versions);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** As the stage does it: the engine is chosen by the client's first message. */
    private static void handshake(SSLEngine client, TlsContext server) throws Exception {
        EngineClient talking = new EngineClient(client);
        ByteString hello = ByteString.fromArray(talking.wrap(new byte[0]));
        Greeting.Hello greeting = (Greeting.Hello) new GreetingReader().read(hello);
        TlsEngine engine = server.engine(Optional.of(greeting.hello()));
        engine.receive(hello);
        for (int round = 0; round < 10; round++) {
            Runnable task = engine.task();
            while (task != null) {
                task.run();
                engine.resume();
                task = engine.task();
            }
            byte[] answer = talking.take(engine.takeCiphertext().toArrayUnsafe());
            engine.receive(ByteString.fromArray(answer));
        }
        assertThat(engine.isOpen()).isTrue();
        assertThat(talking.handshaking()).isFalse();
    }

    private static Object shown(SSLEngine client) throws Exception {
        return client.getSession().getPeerCertificates()[0];
    }

    @Nested
    class Certificates {
        private final TlsContext server = context(false, PolicySettings.INTERMEDIATE);

        @ParameterizedTest
        @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
        void areChosenByName(String version) throws Exception {
            SSLEngine api = client(trusting(), "api.example.org", version);
            SSLEngine other = client(trusting(), "other.example.org", version);
            SSLEngine none = client(trusting(), "", version);
            for (SSLEngine client : new SSLEngine[] {api, other, none}) {
                handshake(client, server);
            }

            assertThat(shown(api)).isEqualTo(API.leaf());
            assertThat(shown(other)).isEqualTo(WWW.leaf());
            assertThat(shown(none)).isEqualTo(WWW.leaf());
        }

        @ParameterizedTest
        @EnumSource(KeyType.class)
        void areOfEveryKindInBothVersions(KeyType type) throws Exception {
            Identity identity =
                    CA.issue(CertificateSpec.server("www.example.org").keyType(type));
            for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
                SSLEngine client = client(trusting(), "www.example.org", version);

                handshake(client, TlsContext.of(identity, Trust.NONE));

                assertThat(client.getSession().getProtocol()).isEqualTo(version);
                assertThat(shown(client)).isEqualTo(identity.leaf());
            }
        }

        @Test
        void areChosenByTheSuitesOfATls12Client() throws Exception {
            SSLEngine client = client(trusting(), "www.example.org", "TLSv1.2");
            client.setEnabledCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});

            handshake(client, server);

            assertThat(shown(client)).isEqualTo(RSA.leaf());
        }

        @ParameterizedTest
        @CsvSource({
            // versions, ciphers, groups, signature schemes, RSA is shown
            "0304, 1301, 23, 0403 0804, false",
            "0304, 1301, 23, 0804 0403, false",
            "0304, 1301, 23, 0804, true",
            "0304, 1301, 23, 0503 0805, true",
            "0304, 1301, 23, 0401, false",
            "0303, c02b c02f, 23, 0403 0401, false",
            "0303, c02b c02f, 24, 0403 0401, true",
            "0303, c02b c02f, 23, 0401, true",
            "0303, c02f, 23, 0403 0401, true",
            "0303, c02b c02f, '', '', false",
        })
        void areChosenByWhatTheClientCanVerify(
                String version, String ciphers, String groups, String schemes, boolean rsa) {
            ClientHello hello = new ClientHello(
                    numbers(version, 16),
                    numbers(ciphers, 16),
                    numbers(groups, 10),
                    numbers(schemes, 16),
                    Optional.empty(),
                    List.of());

            assertThat(KeyChoice.choose(List.of(WWW, RSA), hello, Policy.INTERMEDIATE))
                    .isEqualTo(rsa ? RSA : WWW);
        }

        private List<Integer> numbers(String text, int radix) {
            return text.isEmpty()
                    ? List.of()
                    : List.of(text.split(" ")).stream()
                            .map(number -> Integer.parseInt(number, radix))
                            .toList();
        }

        @Test
        void areOnlyForTheirNamesWhereItIsStrict() throws Exception {
            TlsContext strict = context(true, PolicySettings.INTERMEDIATE);
            SSLEngine api = client(trusting(), "api.example.org", "TLSv1.3");

            handshake(api, strict);

            assertThat(shown(api)).isEqualTo(API.leaf());
            for (String name : new String[] {"other.example.org", ""}) {
                assertThatThrownBy(() -> handshake(client(trusting(), name, "TLSv1.3"), strict))
                        .isInstanceOfSatisfying(TlsFailedException.class, e -> {
                            assertThat(e.fault().code()).isEqualTo("TLS-UNKNOWN-SERVER-NAME");
                            assertThat(e.record()).isEqualTo(ByteString.fromArray(new byte[] {21, 3, 3, 0, 2, 2, 112}));
                        });
            }
        }
    }

    @Nested
    class ApplicationProtocols {
        private final TlsContext server =
                context(false, policy(List.of(), List.of("mqtt", "relp"), Optional.of(Duration.ofHours(1))));

        private SSLEngine offering(String version, String... names) throws Exception {
            SSLEngine client = client(trusting(), "", version);
            SSLParameters parameters = client.getSSLParameters();
            parameters.setApplicationProtocols(names);
            client.setSSLParameters(parameters);
            return client;
        }

        @ParameterizedTest
        @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
        void areChosenByTheServersOrder(String version) throws Exception {
            SSLEngine client = offering(version, "h2", "relp", "mqtt");

            handshake(client, server);

            assertThat(client.getApplicationProtocol()).isEqualTo("mqtt");
        }

        @ParameterizedTest
        @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
        void areNotNeeded(String version) throws Exception {
            SSLEngine client = offering(version);

            handshake(client, server);

            assertThat(client.getApplicationProtocol()).isEmpty();
        }

        @Test
        void areIgnoredWhereNoneIsConfigured() throws Exception {
            SSLEngine client = offering("TLSv1.3", "h2");

            handshake(client, context(false, PolicySettings.INTERMEDIATE));

            assertThat(client.getApplicationProtocol()).isEmpty();
        }

        @Test
        void refuseAClientThatOffersOnlyOthers() {
            assertThatThrownBy(() -> handshake(offering("TLSv1.3", "h2", "http/1.1"), server))
                    .isInstanceOfSatisfying(TlsFailedException.class, e -> {
                        assertThat(e.fault().code()).isEqualTo("TLS-NO-APPLICATION-PROTOCOL");
                        assertThat(e).hasMessageEndingWith(": the client has h2, http/1.1, the server mqtt, relp");
                        assertThat(e.record()).isEqualTo(ByteString.fromArray(new byte[] {21, 3, 3, 0, 2, 2, 120}));
                    });
        }
    }

    @Nested
    class Groups {
        private SSLEngine with(String group, String version) throws Exception {
            SSLEngine client = client(trusting(), "", version);
            SSLParameters parameters = client.getSSLParameters();
            JdkGroups.set(parameters, List.of(group));
            client.setSSLParameters(parameters);
            return client;
        }

        @ParameterizedTest
        @CsvSource({"x25519, TLSv1.3", "secp256r1, TLSv1.3", "secp384r1, TLSv1.3", "secp256r1, TLSv1.2"})
        void areTheProfiles(String group, String version) throws Exception {
            handshake(with(group, version), context(false, PolicySettings.INTERMEDIATE));
        }

        @ParameterizedTest
        @CsvSource({"ffdhe2048, TLSv1.3", "x448, TLSv1.3", "secp521r1, TLSv1.3", "secp521r1, TLSv1.2"})
        void areNoOthers(String group, String version) throws Exception {
            SSLEngine client = with(group, version);
            TlsContext server = context(false, PolicySettings.INTERMEDIATE);

            assertThatThrownBy(() -> handshake(client, server)).isInstanceOf(TlsFailedException.class);
        }

        @Test
        void areOnesOwnOnEveryJava() throws Exception {
            TlsContext own = context(false, policy(List.of("secp521r1"), List.of(), Optional.empty()));

            handshake(with("secp521r1", "TLSv1.3"), own);
            assertThatThrownBy(() -> handshake(with("x25519", "TLSv1.3"), own)).isInstanceOf(TlsFailedException.class);
        }

        @Test
        void areNamedWhereTheEngineHasThemNot() {
            assertThat(JdkEngines.problems(
                            Policy.of(policy(List.of("X25519MLKEM768", "x25519"), List.of(), Optional.empty()))))
                    .containsExactly("penstock.tls.groups: X25519MLKEM768 (expected: a group that the JDK engine has"
                            + "; remedy: tls.engine = native)");
        }
    }

    @Nested
    class Resumption {
        /** Whether a second connection of a client resumes the first one's session. */
        private boolean resumes(String version, TlsContext first, TlsContext second) throws Exception {
            Verifications verifications = new Verifications();
            SSLContext context = trusting(verifications);
            handshake(client(context, "api.example.org", version), first);
            SSLEngine again = client(context, "api.example.org", version);
            handshake(again, second);
            assertThat(shown(again)).isEqualTo(API.leaf());
            return verifications.count == 1;
        }

        private boolean resumes(String version, TlsContext server) throws Exception {
            return resumes(version, server, server);
        }

        @ParameterizedTest
        @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
        void worksWithTickets(String version) throws Exception {
            assertThat(resumes(version, context(false, PolicySettings.INTERMEDIATE)))
                    .isTrue();
        }

        @ParameterizedTest
        @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
        void isOffWhereItIsSwitchedOff(String version) throws Exception {
            TlsContext off = context(false, policy(List.of(), List.of(), Optional.empty()));

            assertThat(resumes(version, off)).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
        void endsWithTheKeyOfItsTicket(String version) throws Exception {
            TlsContext brief = context(false, policy(List.of(), List.of(), Optional.of(Duration.ofNanos(1))));

            assertThat(resumes(version, brief)).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
        void endsWithAnotherContext(String version) throws Exception {
            assertThat(resumes(
                            version,
                            context(false, PolicySettings.INTERMEDIATE),
                            context(false, PolicySettings.INTERMEDIATE)))
                    .isFalse();
        }
    }
}
