package io.penstock.server.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identities;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.Trust;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients' certificates with the native engine, and the alerts that clients see. */
class BoringClientsTest {
    @RegisterExtension
    final NativeLeftovers leftovers = NativeLeftovers.ofEnginesAndContexts();

    private static final CertificateAuthority CA = CertificateAuthority.create("test");
    private static final Identity SERVER = CA.server("localhost");
    private static final Trust REQUIRED = Trust.required(CA.certificate());
    private static final int ALL = 1 << 20;

    private static EnginePair pair(BoringEngines engines, Optional<Identity> client, String version) throws Exception {
        SSLContext context = Clients.trusting(CA.certificate(), client);
        return new EnginePair(
                engines.engine(Optional.empty(), List.of(SERVER)), new EngineClient(context, version), ALL);
    }

    private static BoringEngines engines(Trust trust) throws Exception {
        return engines(trust, Clock.systemUTC());
    }

    private static BoringEngines engines(Trust trust, Clock clock) throws Exception {
        return new BoringEngines(Identities.of(SERVER), new ClientVerifier(trust, clock), Policy.INTERMEDIATE, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void areKnownByTheirChain(String version) throws Exception {
        Identity client = CA.intermediate("Clients").client("bob");
        BoringEngines engines = engines(REQUIRED);
        try (EnginePair pair = pair(engines, Optional.of(client), version)) {
            pair.handshake();
            pair.toServer(pair.client.wrap("hello".getBytes(US_ASCII)));

            assertThat(pair.server.session().peerChain()).isEqualTo(client.chain());
            assertThat(pair.received).hasToString("hello");
        } finally {
            engines.free();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void mayShowNothingWhereItIsOptional(String version) throws Exception {
        Trust optional = Trust.optional(CA.certificate());
        BoringEngines engines = engines(optional);
        try (EnginePair pair = pair(engines, Optional.empty(), version)) {
            pair.handshake();
            assertThat(pair.server.isOpen()).isTrue();
            assertThat(pair.server.session().peerChain()).isEmpty();
        } finally {
            engines.free();
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, certificate_required", "TLSv1.2, handshake_failure"})
    void mustShowSomethingWhereItIsRequired(String version, String alert) throws Exception {
        refuses(Optional.empty(), version, REQUIRED, alert, TlsFault.CLIENT_CERTIFICATE_MISSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void areToldWhyTheyAreRefused(String version) throws Exception {
        Instant then = Instant.parse("2020-01-01T00:00:00Z");
        Identity stranger = CertificateAuthority.create("test").client("alice");
        Identity expired = CA.issue(CertificateSpec.client("alice").valid(then, then.plusSeconds(60)));
        Identity alice = CA.client("alice");
        Trust revoking = REQUIRED.withRevocationLists(
                CA.revocationList(then, Instant.parse("2999-01-01T00:00:00Z"), alice.leaf()));
        Trust others = REQUIRED.withRules("dns:bob");

        refuses(stranger, version, REQUIRED, "unknown_ca", TlsFault.CLIENT_CERTIFICATE_UNKNOWN_CA);
        refuses(expired, version, REQUIRED, "certificate_expired", TlsFault.CLIENT_CERTIFICATE_EXPIRED);
        refuses(CA.server("a"), version, REQUIRED, "unsupported_certificate", TlsFault.CLIENT_CERTIFICATE_WRONG_USAGE);
        refuses(alice, version, revoking, "certificate_revoked", TlsFault.CLIENT_CERTIFICATE_REVOKED);
        // BoringSSL has no way to access_denied.
        refuses(alice, version, others, "certificate_unknown", TlsFault.CLIENT_CERTIFICATE_NOT_ALLOWED);
    }

    private static void refuses(Identity client, String version, Trust trust, String alert, TlsFault fault)
            throws Exception {
        refuses(Optional.of(client), version, trust, alert, fault);
    }

    private static void refuses(Optional<Identity> client, String version, Trust trust, String alert, TlsFault fault)
            throws Exception {
        refuses(engines(trust), client, version, alert, fault);
    }

    private static void refuses(
            BoringEngines engines, Optional<Identity> client, String version, String alert, TlsFault fault)
            throws Exception {
        try (EnginePair pair = pair(engines, client, version)) {
            assertThatThrownBy(pair::handshake)
                    .isInstanceOfSatisfying(
                            TlsFailedException.class, e -> assertThat(e.fault()).isEqualTo(fault));
            assertThatThrownBy(() -> pair.client.take(pair.fromServer())).hasMessageContaining(alert);
        } finally {
            engines.free();
        }
    }

    @Test
    void areRefusedWhenTheCheckFails() throws Exception {
        Clock broken = new TestClock(() -> {
            throw new IllegalStateException("out of order");
        });
        refuses(
                engines(REQUIRED, broken),
                Optional.of(CA.client("alice")),
                "TLSv1.3",
                "internal_error",
                TlsFault.INTERNAL);
    }

    @Test
    void areCheckedInATaskOnlyAndMayLeaveDuringIt() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();
        Clock clock = new TestClock(() -> {
            thread.set(Thread.currentThread());
            return Instant.now();
        });
        BoringEngines engines = engines(REQUIRED, clock);
        EnginePair pair = pair(engines, Optional.of(CA.client("alice")), "TLSv1.3");
        pair.server.receive(ByteString.fromArray(pair.client.wrap(new byte[0])));
        byte[] answer = pair.client.take(pair.fromServer());
        pair.server.receive(ByteString.fromArray(answer));
        Runnable task = pair.server.task();
        assertThat(thread).hasValue(null);
        assertThat(pair.server.isOpen()).isFalse();

        Thread other = new Thread(task);
        other.start();
        other.join();
        pair.server.release();

        assertThat(thread).hasValue(other);
        engines.free();
    }
}
