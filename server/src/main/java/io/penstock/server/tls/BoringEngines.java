package io.penstock.server.tls;

import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identities;
import io.penstock.server.pki.Identity;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Engines of BoringSSL. Thread-safe.
 *
 * <p>What is native goes with the last engine, once the garbage collector has found that no further one can be asked
 * for: a reload cannot know when the last connection that had the old certificates in hand has made its engine.
 */
final class BoringEngines implements TlsEngines {
    private static final Cleaner CLEANER = Cleaner.create();

    private final BoringContext context;
    private final Cleaner.Cleanable cleanable;

    /**
     * Only where {@link BoringLibrary#problem} is empty.
     *
     * @param keys null: nothing is resumed
     * @throws BoringUnfitException when BoringSSL cannot do what is asked
     */
    BoringEngines(Identities identities, ClientVerifier clients, Policy policy, @Nullable TicketKeys keys)
            throws BoringUnfitException {
        List<Identity> all =
                identities.members().stream().map(Identities.Member::identity).toList();
        BoringContext made = new BoringContext(BoringPolicy.of(policy), clients, all, keys);
        this.context = made;
        // Not of this object, which would keep it reachable.
        this.cleanable = CLEANER.register(this, made::release);
    }

    /** BoringSSL takes the first of the candidates that the client's signature algorithms allow. */
    @Override
    public BoringEngine engine(Optional<ClientHello> hello, List<Identity> candidates) {
        try {
            return new BoringEngine(context, candidates);
        } finally {
            // Until here the context is used on behalf of this object.
            Reference.reachabilityFence(this);
        }
    }

    /** The garbage collector knows, see above. */
    @Override
    public void release() {
        // Freed here, the context could be gone while a connection is about to make its engine.
    }

    /** For tests: at once, and not when the garbage collector sees to it. No engine may be asked for after it. */
    void free() {
        cleanable.clean();
    }
}
