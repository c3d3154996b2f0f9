package io.penstock.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.protocol.ClientIdentity;
import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identities;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.Trust;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session that is resumed brings its certificate from the day on which it began. */
class ClientCertificateResumptionTest {
    private static final CertificateAuthority CA = CertificateAuthority.create("Test CA");

    private Instant now = Instant.now();
    private final Instant expiry = now.plus(Duration.ofHours(1));
    private final Identity alice = CA.issue(CertificateSpec.client("alice").valid(now.minusSeconds(60), expiry));
    private final Identity server = CA.server("localhost");
    private final JdkEngines engines = new JdkEngines(
            Identities.of(server),
            new ClientVerifier(Trust.optional(CA.certificate()), new MovingClock()),
            Policy.INTERMEDIATE);

    private final class MovingClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private static SSLContext client(Identity identity) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", CA.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new FixedKeyManager(identity)}, trust.getTrustManagers(), null);
        return context;
    }

    /** Runs both ends until neither has anything to say; the client's data goes right behind its handshake. */
    private static void converse(EngineClient client, TlsEngine server) throws SSLException {
        byte[] fromClient = client.wrap(new byte[0]);
        boolean asked = false;
        while (fromClient.length > 0) {
            server.receive(ByteString.fromArray(fromClient));
            for (Runnable task = server.task(); task != null; task = server.task()) {
                assertThat(server.isOpen()).isFalse();
                assertThat(server.takePlaintext().size()).isZero();
                task.run();
                server.resume();
            }
            fromClient = client.take(server.takeCiphertext().toArray());
            if (!client.handshaking() && !asked) {
                asked = true;
                byte[] data = client.wrap("hello".getBytes(StandardCharsets.US_ASCII));
                fromClient = ByteString.fromArray(fromClient)
                        .concat(ByteString.fromArray(data))
                        .toArray();
            }
        }
    }

    private @Nullable ClientIdentity connect(EngineClient client) throws SSLException {
        TlsEngine engine = engines.engine(Optional.empty(), List.of(server));
        converse(client, engine);
        assertThat(engine.isOpen()).isTrue();
        assertThat(engine.takePlaintext().utf8String()).isEqualTo("hello");
        return engine.session().client();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void goesOnWhileTheCertificateIsGood(String version) throws Exception {
        SSLContext context = client(alice);
        EngineClient first = new EngineClient(context, version);
        ClientIdentity known = connect(first);
        EngineClient second = new EngineClient(context, version);

        assertThat(known).isNotNull();
        assertThat(known.subject()).isEqualTo("CN=alice");
        assertThat(connect(second)).isEqualTo(known);
        assertThat(second.engine.getSession().getCreationTime())
                .as("resumed")
                .isEqualTo(first.engine.getSession().getCreationTime());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void endsWithTheCertificate(String version) throws Exception {
        SSLContext context = client(alice);
        connect(new EngineClient(context, version));
        now = expiry.plusSeconds(1);

        TlsEngine engine = engines.engine(Optional.empty(), List.of(server));
        EngineClient client = new EngineClient(context, version);
        TlsFailedException failure = catchThrowableOfType(TlsFailedException.class, () -> converse(client, engine));

        assertThat(failure.fault()).isEqualTo(TlsFault.CLIENT_CERTIFICATE_EXPIRED);
        assertThat(failure)
                .hasMessageContaining("CN=alice")
                .hasMessageContaining("expired on " + expiry.truncatedTo(ChronoUnit.SECONDS));
        assertThat(engine.isOpen()).isFalse();
        assertThat(engine.takePlaintext().size()).isZero();
        byte[] alert = engine.takeCiphertext().toArray();
        assertThatThrownBy(() -> client.take(alert)).hasMessageContaining("internal_error");
    }
}
