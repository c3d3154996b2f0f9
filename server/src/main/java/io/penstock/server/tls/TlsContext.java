package io.penstock.server.tls;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.IdentityLoader;
import io.penstock.server.pki.Trust;
import io.penstock.server.pki.TrustLoader;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Everything that new handshakes go by: certificates, whose clients are accepted, what is negotiated, on which engine.
 * Immutable and thread-safe; a reload makes another.
 *
 * <p>The JDK's engine accepts renegotiation by TLS 1.2 clients unless the JVM runs with {@code
 * -Djdk.tls.rejectClientInitiatedRenegotiation=true}; that is JVM-wide, so it is for a program's main to set, before
 * the first use of TLS. Embedded, it is refused as soon as it shows.
 */
public final class TlsContext {
    private final Identity identity;
    private final Trust trust;
    private final TlsEngines engines;

    private TlsContext(Identity identity, Trust trust, TlsEngines engines) {
        this.identity = identity;
        this.trust = trust;
        this.engines = engines;
    }

    /**
     * Loads everything that the settings name.
     *
     * @param hostname the name that clients use; a certificate without it brings a warning
     * @param clock judges validity
     * @throws io.penstock.protocol.InvalidSettingsException with every problem of {@link IdentityLoader} and {@link
     *     TrustLoader} together
     */
    public static TlsContext load(TlsSettings settings, Optional<String> hostname, Clock clock) {
        List<String> problems = new ArrayList<>();
        Optional<Identity> identity =
                attempt(problems, () -> IdentityLoader.load(settings.certificate(), hostname, clock));
        Optional<Trust> trust = attempt(problems, () -> TrustLoader.load(settings.trust(), clock));
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        return of(identity.orElseThrow(), trust.orElseThrow(), clock);
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

    /** A context for an identity that has been loaded or issued; clients' certificates are judged by the system's clock. */
    public static TlsContext of(Identity identity, Trust trust) {
        return of(identity, trust, Clock.systemUTC());
    }

    /**
     * A context for an identity that has been loaded or issued.
     *
     * @param clock judges clients' certificates
     */
    public static TlsContext of(Identity identity, Trust trust, Clock clock) {
        return new TlsContext(identity, trust, new JdkEngines(identity, new ClientVerifier(trust, clock)));
    }

    /** What the server shows. */
    public Identity identity() {
        return identity;
    }

    /** The warnings of identity and trust, one line each. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>(identity.warnings());
        warnings.addAll(trust.warnings());
        return warnings;
    }

    /**
     * An engine for one connection.
     *
     * @param hello what the client offers; empty where that could not be read
     * @throws TlsFailedException when the client is refused without one
     */
    TlsEngine engine(Optional<ClientHello> hello) {
        return engines.engine(hello);
    }
}
