package io.penstock.server.cli;

import com.typesafe.config.Config;
import io.penstock.server.tls.TlsContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** How {@code serve} comes by its server. */
interface ServerStarter {
    /**
     * The settings are sound: begins, in the background, with what takes long and needs no certificate. When {@link
     * #prepare} then finds something wrong the process ends anyway.
     *
     * @param config for the actor system
     */
    default void begin(Config config) {}

    /**
     * Looks at everything that can be found wrong before a port is opened: certificates, keys, the processor.
     *
     * @param environment says where a development certificate is kept
     * @throws io.penstock.protocol.InvalidSettingsException with every problem found
     */
    Prepared prepare(ServeSettings settings, Map<String, String> environment);

    /**
     * The same without a trace: makes no development certificate, and what it gives is not started.
     *
     * @throws io.penstock.protocol.InvalidSettingsException with the problems that {@link #prepare} would find
     */
    default Prepared inspect(ServeSettings settings, Map<String, String> environment) {
        return prepare(settings, environment);
    }

    /** A server that can be started. */
    interface Prepared {
        /** What works, but an operator would want to know. */
        List<String> warnings();

        /** One for each listener of the settings, in their order. */
        List<PreparedListener> listeners();

        /**
         * Binds.
         *
         * @return completes when all ports accept; fails with {@link io.penstock.server.ListenerFailedException} when
         *     one cannot be had
         */
        CompletionStage<RunningServer> start();
    }

    /** What is known of a listener before it has its port. */
    interface PreparedListener {
        /** A line for a shell that connects to the port and trusts it, when the certificate is a development one. */
        Optional<String> trustCommand(int port);

        /** What new connections would go by; empty: plaintext. */
        default Optional<TlsContext> tls() {
            return Optional.empty();
        }

        /** What is to be known about the development certificate, if it is one. */
        default Optional<String> development() {
            return Optional.empty();
        }
    }
}
