package io.penstock.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identities;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.Trust;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Resumption with the native engine. */
class BoringTicketsTest {
    @RegisterExtension
    final NativeLeftovers leftovers = NativeLeftovers.ofEnginesAndContexts();

    private static final CertificateAuthority CA = CertificateAuthority.create("test");
    private static final Identity SERVER = CA.server("localhost");
    private static final Identity ALICE = CA.client("alice");
    private static final Trust REQUIRED = Trust.required(CA.certificate());
    private static final int HOUR = 3_600;

    private final AtomicLong seconds = new AtomicLong();
    private final TicketKeys keys = TicketKeys.of(Duration.ofHours(1), Trust.NONE, () -> seconds.get() * 1_000_000_000);
    private final SSLContext client = Clients.trusting(CA.certificate(), Optional.of(ALICE));

    private static BoringEngines engines(Trust trust, @Nullable TicketKeys keys) throws Exception {
        return engines(new ClientVerifier(trust, Clock.systemUTC()), keys);
    }

    private static BoringEngines engines(ClientVerifier clients, @Nullable TicketKeys keys) throws Exception {
        return new BoringEngines(Identities.of(SERVER), clients, Policy.INTERMEDIATE, keys);
    }

    /** Whether a session of before is resumed; the client keeps tickets for the next time. */
    private boolean resumes(BoringEngines engines, String version) throws Exception {
        BoringEngine engine = engines.engine(Optional.empty(), List.of(SERVER));
        try (EnginePair pair = new EnginePair(engine, new EngineClient(client, version), 1 << 20)) {
            pair.handshake();
            assertThat(engine.isOpen()).isTrue();
            return engine.isResumed();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void areTakenUntilTheirKeyHasBeenReplacedTwice(String version) throws Exception {
        BoringEngines engines = engines(Trust.NONE, keys);
        assertThat(resumes(engines, version)).isFalse();
        assertThat(resumes(engines, version)).isTrue();
        seconds.addAndGet(HOUR + 1);
        for (int i = 0; i < 4; i++) {
            // Newer Javas keep several tickets, two of each connection, and use the oldest first.
            assertThat(resumes(engines, version)).as("by the last key").isTrue();
        }
        seconds.addAndGet(HOUR);
        assertThat(resumes(engines, version)).as("renewed meanwhile").isTrue();
        seconds.addAndGet(2 * HOUR);
        assertThat(resumes(engines, version)).isFalse();
        engines.free();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void outlastAReloadAndBringTheClientsChain(String version) throws Exception {
        BoringEngines before = engines(REQUIRED, keys);
        assertThat(resumes(before, version)).isFalse();
        before.free();
        BoringEngines after = engines(REQUIRED, keys);
        BoringEngine engine = after.engine(Optional.empty(), List.of(SERVER));
        try (EnginePair pair = new EnginePair(engine, new EngineClient(client, version), 1 << 20)) {
            pair.handshake();
            assertThat(engine.isResumed()).isTrue();
            assertThat(pair.server.session().peerChain()).isEqualTo(ALICE.chain());
        } finally {
            after.free();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void areWorthNothingWhenOtherClientsAreAccepted(String version) throws Exception {
        Trust other = Trust.required(
                CA.certificate(), CertificateAuthority.create("other").certificate());
        BoringEngines before = engines(REQUIRED, keys);
        BoringEngines after = engines(other, keys);
        BoringEngines optional = engines(Trust.optional(CA.certificate()), keys);
        BoringEngines otherKeys = engines(REQUIRED, TicketKeys.of(Duration.ofHours(1), REQUIRED, System::nanoTime));
        for (BoringEngines changed : List.of(after, optional, otherKeys)) {
            resumes(before, version);
            assertThat(resumes(before, version)).isTrue();
            assertThat(resumes(changed, version)).isFalse();
        }
        List.of(before, after, optional, otherKeys).forEach(BoringEngines::free);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void areNoWayAroundTheCheck(String version) throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        BoringEngines engines = engines(new ClientVerifier(REQUIRED, new TestClock(now::get)), keys);
        resumes(engines, version);
        assertThat(resumes(engines, version)).isTrue();
        now.set(Instant.parse("2999-01-01T00:00:00Z"));

        assertThatThrownBy(() -> resumes(engines, version))
                .isInstanceOf(TlsFailedException.class)
                .hasMessageContaining("has expired");
        engines.free();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void areNotGivenWithoutKeys(String version) throws Exception {
        BoringEngines engines = engines(Trust.NONE, null);
        assertThat(resumes(engines, version)).isFalse();
        assertThat(resumes(engines, version)).isFalse();
        engines.free();
    }
}
