package io.penstock.server.tls;

import io.penstock.server.pki.Identity;
import io.penstock.server.pki.Trust;
import java.util.Optional;
import java.util.function.Function;

/** The engines that the tests of the stage go over; a further one is a further constant. */
enum EngineKind {
    JDK {
        @Override
        Function<Optional<ClientHello>, TlsEngine> serving(Identity identity) {
            return TlsContext.of(identity, Trust.NONE)::engine;
        }
    };

    /** Makes engines that show this certificate and ask for none. */
    abstract Function<Optional<ClientHello>, TlsEngine> serving(Identity identity);
}
