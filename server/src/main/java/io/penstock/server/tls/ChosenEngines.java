package io.penstock.server.tls;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identities;
import io.penstock.server.tls.TlsSettings.EngineChoice;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which TLS implementation it is, and why.
 *
 * @param note such as {@code native (BoringSSL, …)} or {@code jdk (native: REASON)}
 */
record ChosenEngines(TlsEngines engines, String note) {
    /**
     * Chooses and makes them.
     *
     * @param keys of the native engine; null: nothing is resumed
     * @throws InvalidSettingsException when the one that is wanted cannot do what is configured
     */
    static ChosenEngines of(
            EngineChoice choice,
            Identities identities,
            ClientVerifier clients,
            Policy policy,
            @Nullable TicketKeys keys) {
        if (choice == EngineChoice.JDK) {
            return jdk("jdk (Java " + Runtime.version().feature() + "'s)", identities, clients, policy);
        }
        Optional<String> problem = BoringLibrary.problem();
        if (problem.isEmpty()) {
            try {
                return new ChosenEngines(
                        new BoringEngines(identities, clients, policy, keys),
                        "native (" + BoringLibrary.description() + ")");
            } catch (BoringUnfitException e) {
                problem = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        String reason = problem.orElseThrow();
        if (choice == EngineChoice.NATIVE) {
            throw new InvalidSettingsException(
                    List.of("penstock.tls.engine: native (expected: jdk or auto here; " + reason + ")"));
        }
        return jdk("jdk (native: " + reason + ")", identities, clients, policy);
    }

    private static ChosenEngines jdk(String note, Identities identities, ClientVerifier clients, Policy policy) {
        List<String> problems = JdkEngines.problems(policy);
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        return new ChosenEngines(new JdkEngines(identities, clients, policy), note);
    }
}
