package io.penstock.server.tls;

import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identities;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.Trust;
import io.penstock.server.tls.TlsSettings.EngineChoice;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;

/** Both TLS implementations, for tests that hold for either. */
enum EngineKind {
    JDK(EngineChoice.JDK),
    NATIVE(EngineChoice.NATIVE);

    private final EngineChoice choice;

    EngineKind(EngineChoice choice) {
        this.choice = choice;
    }

    /** Everything of this engine, with the default policy. */
    TlsContext context(Identity identity, Trust trust) {
        ClientVerifier clients = new ClientVerifier(trust, Clock.systemUTC());
        return TlsContext.of(Identities.of(identity), false, clients, Policy.INTERMEDIATE, choice, null);
    }

    /** Makes engines that show this certificate and ask for none. */
    Function<Optional<ClientHello>, TlsEngine> serving(Identity identity) {
        return context(identity, Trust.NONE)::engine;
    }
}
