package io.penstock.processor;

import com.typesafe.config.Config;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.SettingsReader;
import java.time.Duration;

/**
 * What follows when a processor fails, and how many there are.
 *
 * @param onFailure what becomes of the frame and its connection
 * @param minBackoff before a restart with an open circuit; doubled for each more
 * @param maxBackoff the longest wait
 * @param maxRedeliveries how often the rest of a batch is processed after a frame of it has failed, 0 or more
 * @param circuitFailures so many failures with nothing processed in between open the circuit, 1 or more
 * @param pool how many processors there are, and which frames each one gets
 */
public record SupervisionSettings(
        FailureAction onFailure,
        Duration minBackoff,
        Duration maxBackoff,
        int maxRedeliveries,
        int circuitFailures,
        PoolSettings pool) {
    /**
     * Reads {@code penstock} of a configuration that includes the modules' {@code reference.conf}.
     *
     * @throws io.penstock.protocol.InvalidSettingsException with every problem found
     */
    public static SupervisionSettings from(Config config) {
        SettingsReader reader = new SettingsReader(config);
        SupervisionSettings settings = read(reader);
        reader.check();
        return settings;
    }

    /** Reads this module's keys; problems are left in the reader. */
    public static SupervisionSettings read(SettingsReader reader) {
        SupervisionSettings settings = new SupervisionSettings(
                reader.choice("on-processor-failure", FailureAction.class),
                reader.duration("processor-restart.min-backoff"),
                reader.duration("processor-restart.max-backoff"),
                reader.integer("processor-restart.max-redeliveries", 0, Integer.MAX_VALUE),
                reader.integer("circuit.failures", 1, Integer.MAX_VALUE),
                PoolSettings.read(reader));
        if (settings.minBackoff.compareTo(settings.maxBackoff) > 0) {
            reader.problem("processor-restart.max-backoff", ">= min-backoff");
        }
        return settings;
    }
}
