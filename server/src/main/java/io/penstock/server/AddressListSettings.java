package io.penstock.server;

import io.penstock.protocol.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who may connect. Files add to what stands in the configuration.
 *
 * @param allow empty, and no file: everybody
 * @param deny asked first
 * @param allowFile a range on each line
 * @param denyFile the same
 * @param reloadInterval how often the files are looked at again; empty: only on request
 */
public record AddressListSettings(
        List<AddressRange> allow,
        List<AddressRange> deny,
        Optional<Path> allowFile,
        Optional<Path> denyFile,
        Optional<Duration> reloadInterval) {
    public AddressListSettings {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    static AddressListSettings read(SettingsReader reader) {
        return new AddressListSettings(
                ranges(reader, "admission.allow"),
                ranges(reader, "admission.deny"),
                reader.optionalPath("admission.allow-file"),
                reader.optionalPath("admission.deny-file"),
                reader.durationOrOff("tls.reload-interval"));
    }

    /** The ranges that a key lists; each that is none is a problem of its own. */
    static List<AddressRange> ranges(SettingsReader reader, String key) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String text : reader.texts(key)) {
            try {
                ranges.add(AddressRange.parse(text));
            } catch (IllegalArgumentException e) {
                reader.problem(SettingsReader.ROOT + "." + reader.names().of(key) + ": " + e.getMessage() + " at "
                        + reader.origin(key));
            }
        }
        return ranges;
    }
}
