package io.penstock.server;

import io.penstock.protocol.SettingsReader;
import java.util.Optional;

/**
 * How much may come in a second; empty: any.
 *
 * @param bytes of data, TLS taken off
 * @param frames as they are cut, bad ones too
 */
public record RateSettings(Optional<Long> bytes, Optional<Integer> frames) {
    /** Problems are left in the reader. */
    static RateSettings read(SettingsReader reader, String part) {
        return new RateSettings(reader.bytesOrOff(part + ".bytes"), reader.integerOrOff(part + ".frames"));
    }

    boolean isOff() {
        return bytes.isEmpty() && frames.isEmpty();
    }
}
