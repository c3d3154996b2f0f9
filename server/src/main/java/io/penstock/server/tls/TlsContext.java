package io.penstock.server.tls;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identities;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.IdentityLoader;
import io.penstock.server.pki.Trust;
import io.penstock.server.pki.TrustLoader;
import io.penstock.server.tls.Negotiation.Offer;
import io.penstock.server.tls.TlsSettings.EngineChoice;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that new handshakes go by: certificates, whose clients are accepted, what is negotiated, on which engine.
 * Immutable and thread-safe; a reload makes another.
 *
 * <p>The JDK's engine accepts renegotiation by TLS 1.2 clients unless the JVM runs with {@code
 * -Djdk.tls.rejectClientInitiatedRenegotiation=true}; that is JVM-wide, so it is for a program's main to set, before
 * the first use of TLS. Embedded, it is refused as soon as it shows.
 */
public final class TlsContext {
    private static final int UNRECOGNIZED_NAME = 112;
    private static final int NO_APPLICATION_PROTOCOL = 120;

    private final Identities identities;
    private final boolean strictSni;
    private final Trust trust;
    private final Policy policy;
    /** Null: nothing is resumed. */
    private final @Nullable TicketKeys keys;

    private final ChosenEngines engines;

    private TlsContext(
            Identities identities,
            boolean strictSni,
            Trust trust,
            Policy policy,
            @Nullable TicketKeys keys,
            ChosenEngines engines) {
        this.identities = identities;
        this.strictSni = strictSni;
        this.trust = trust;
        this.policy = policy;
        this.keys = keys;
        this.engines = engines;
    }

    /**
     * Loads everything that the settings name.
     *
     * @param hostname the name that clients use; a server without a certificate for it brings a warning
     * @param clock judges validity
     * @throws io.penstock.protocol.InvalidSettingsException with every problem of {@link IdentityLoader}, {@link
     *     TrustLoader} and the policy together
     */
    public static TlsContext load(TlsSettings settings, Optional<String> hostname, Clock clock) {
        return load(settings, hostname, clock, null);
    }

    /**
     * The same in place of another.
     *
     * @param before its session tickets go on unless other clients are accepted now; null: there is none
     */
    static TlsContext load(TlsSettings settings, Optional<String> hostname, Clock clock, @Nullable TlsContext before) {
        List<String> problems = new ArrayList<>();
        Optional<Identities> identities =
                attempt(problems, () -> Identities.load(settings.certificate(), settings.others(), hostname, clock));
        Optional<Trust> trust = attempt(problems, () -> TrustLoader.load(settings.trust(), clock));
        Optional<Policy> policy = attempt(problems, () -> Policy.of(settings.policy()));
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        return of(
                identities.orElseThrow(),
                settings.strictSni(),
                new ClientVerifier(trust.orElseThrow(), clock),
                policy.orElseThrow(),
                settings.engine(),
                before == null ? null : before.keys);
    }

    private static <T> Optional<T> attempt(List<String> problems, Supplier<T> step) {
        try {
            return Optional.of(step.get());
        } catch (InvalidSettingsException e) {
            // A file that two settings name is complained about once.
            e.problems().stream().filter(line -> !problems.contains(line)).forEach(problems::add);
            return Optional.empty();
        }
    }

    /** A context for an identity that has been loaded or issued, with the default policy and the system's clock. */
    public static TlsContext of(Identity identity, Trust trust) {
        return of(Identities.of(identity), false, new ClientVerifier(trust, Clock.systemUTC()), Policy.INTERMEDIATE);
    }

    static TlsContext of(Identities identities, boolean strictSni, ClientVerifier clients, Policy policy) {
        return of(identities, strictSni, clients, policy, EngineChoice.AUTO, null);
    }

    /**
     * The same on a certain engine.
     *
     * @param before the ticket keys until now; null: there are none
     * @throws InvalidSettingsException when that cannot do what is configured
     */
    static TlsContext of(
            Identities identities,
            boolean strictSni,
            ClientVerifier clients,
            Policy policy,
            EngineChoice choice,
            @Nullable TicketKeys before) {
        TicketKeys keys = TicketKeys.after(before, policy.ticketKeyLifetime(), clients.trust());
        ChosenEngines engines = ChosenEngines.of(choice, identities, clients, policy, keys);
        return new TlsContext(identities, strictSni, clients.trust(), policy, keys, engines);
    }

    /** What the server shows. */
    public Identities identities() {
        return identities;
    }

    /** The warnings of identities and trust, one line each. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>(identities.warnings());
        warnings.addAll(trust.warnings());
        return warnings;
    }

    /**
     * An engine for one connection.
     *
     * @param hello what the client offers; empty where that could not be read, which the engine is to judge
     * @throws TlsFailedException when the client is refused without one
     */
    TlsEngine engine(Optional<ClientHello> hello) {
        List<Identity> candidates = hello.isPresent() ? candidates(hello.get().serverName()) : identities.defaults();
        hello.ifPresent(this::requireCommonAlpn);
        return engines.engines().engine(hello, candidates);
    }

    private List<Identity> candidates(Optional<String> name) {
        List<Identity> covering = name.map(identities::covering).orElse(List.of());
        if (!covering.isEmpty()) {
            return covering;
        }
        if (strictSni) {
            throw TlsFailedException.refusal(
                    TlsFault.UNKNOWN_SERVER_NAME, UNRECOGNIZED_NAME, name.orElse("it asked for none"));
        }
        return identities.defaults();
    }

    /** RFC 7301 section 3.2. The engine would refuse as well, with words that name neither side's protocols. */
    private void requireCommonAlpn(ClientHello hello) {
        boolean negotiated = !policy.alpn().isEmpty() && !hello.alpn().isEmpty();
        if (negotiated && Collections.disjoint(policy.alpn(), hello.alpn())) {
            throw TlsFailedException.refusal(
                    TlsFault.NO_APPLICATION_PROTOCOL,
                    NO_APPLICATION_PROTOCOL,
                    "the client has " + String.join(", ", hello.alpn()) + ", the server "
                            + String.join(", ", policy.alpn()));
        }
    }

    /** Which TLS implementation it is, and why: {@code native (BoringSSL, …)}, {@code jdk (native: REASON)}. */
    public String engineNote() {
        return engines.note();
    }

    /** Gives back what the engines hold outside the heap. Once, last; connections that are there go on. */
    void release() {
        engines.engines().release();
    }

    /** Says of a handshake that has failed what the engine does not: which of what the client offers is missing. */
    TlsFailedException explain(ClientHello hello, TlsFailedException failure) {
        List<Identity> covering = hello.serverName().map(identities::covering).orElse(List.of());
        Offer offer = new Offer(
                policy.protocols().stream()
                        .map(version -> version.equals(Policy.TLS13) ? Versions.TLS13 : Versions.TLS12)
                        .toList(),
                policy.ciphers(),
                policy.groups(),
                covering.isEmpty() ? identities.defaults() : covering);
        return Negotiation.explain(hello, offer, failure);
    }
}
