package io.penstock.server.tls;

import io.penstock.server.pki.Identities;
import io.penstock.server.pki.Identity;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A context of the JDK for each certificate. The keys that encrypt session tickets belong to a context, so that a
 * session is resumed with the certificate that it began with, and not at all where the client authorities are others.
 *
 * <p>The JDK takes a new ticket key after an hour, which is a property of the whole virtual machine, and opens old
 * tickets for as long as sessions last. For a key that is to live shorter all contexts are made anew; its tickets end
 * with it. Thread-safe.
 */
final class JdkContexts {
    private static final Duration KEY_OF_THE_JDK = Duration.ofHours(1);
    /** RFC 8446 section 4.6.1. For a session that is to last longer the JDK sends no ticket at all. */
    private static final Duration LONGEST = Duration.ofDays(7);

    private final Identities identities;
    private final TrustManager[] trustManagers;
    private final Optional<Duration> keyLifetime;
    private final SecureRandom random = new SecureRandom();
    private volatile Generation current;

    private record Generation(IdentityHashMap<Identity, SSLContext> contexts, long madeAt) {}

    /** @param keyLifetime empty: nothing is resumed */
    JdkContexts(Identities identities, TrustManager[] trustManagers, Optional<Duration> keyLifetime)
            throws GeneralSecurityException {
        this.identities = identities;
        this.trustManagers = trustManagers.clone();
        this.keyLifetime = keyLifetime;
        this.current = generation();
    }

    private Generation generation() throws GeneralSecurityException {
        IdentityHashMap<Identity, SSLContext> contexts = new IdentityHashMap<>();
        for (Identities.Member member : identities.members()) {
            contexts.put(member.identity(), context(member.identity()));
        }
        return new Generation(contexts, System.nanoTime());
    }

    private SSLContext context(Identity identity) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new FixedKeyManager(identity)}, trustManagers, random);
        long seconds = keyLifetime
                .map(lifetime -> Math.max(1, Math.min(lifetime.toSeconds(), LONGEST.toSeconds())))
                .orElse(LONGEST.toSeconds() + 1);
        context.getServerSessionContext().setSessionTimeout((int) seconds);
        return context;
    }

    /** For one connection with this certificate. */
    SSLContext of(Identity identity) {
        try {
            if (keyLifetime.isEmpty()) {
                // TLS 1.2 resumes without a ticket, too, by what the context remembers.
                return context(identity);
            }
            if (isOld(current)) {
                renew();
            }
            @Nullable SSLContext context = current.contexts().get(identity);
            return Objects.requireNonNull(context, "a certificate of this server");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do TLS any more", e);
        }
    }

    private boolean isOld(Generation generation) {
        Duration lifetime = keyLifetime.orElse(KEY_OF_THE_JDK);
        return lifetime.compareTo(KEY_OF_THE_JDK) < 0 && System.nanoTime() - generation.madeAt() > lifetime.toNanos();
    }

    private synchronized void renew() throws GeneralSecurityException {
        if (isOld(current)) {
            current = generation();
        }
    }
}
