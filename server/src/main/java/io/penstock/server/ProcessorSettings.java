package io.penstock.server;

import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.Processors;
import io.penstock.processor.SupervisionSettings;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.tls.ForwardConnector;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What becomes of frames, as configured. Listeners that have the same instance share one processor.
 *
 * @param factory makes the processor that was named
 * @param supervision what follows when it fails
 */
public record ProcessorSettings(ProcessorFactory factory, SupervisionSettings supervision) {

    /** Reads them for several listeners, and gives the same instance where all keys have the same values. */
    static final class Reader {
        private final Map<Map<String, Object>, ProcessorSettings> all = new HashMap<>();

        ProcessorSettings read(SettingsReader reader) {
            AtomicReference<ProcessorSettings> made = new AtomicReference<>();
            Map<String, Object> values = reader.noting(() -> made.set(new ProcessorSettings(
                    Processors.read(reader, ForwardConnector::read), SupervisionSettings.read(reader))));
            return all.computeIfAbsent(values, unseen -> made.get());
        }
    }
}
