package io.penstock.processor;

import com.typesafe.config.Config;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.SettingsReader;
import java.time.Duration;

/**
 * What follows when a processor fails.
 *
 * @param onFailure what becomes of the frame and its connection
 * @param minBackoff before a restart that follows a failure with nothing processed in between; doubled for each more
 * @param maxBackoff the longest wait
 */
public record SupervisionSettings(FailureAction onFailure, Duration minBackoff, Duration maxBackoff) {
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
                reader.duration("processor-restart.max-backoff"));
        if (settings.minBackoff.compareTo(settings.maxBackoff) > 0) {
            reader.problem("processor-restart.max-backoff", ">= min-backoff");
        }
        return settings;
    }
}
