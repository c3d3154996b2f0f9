package io.penstock.server.tls;

import io.penstock.protocol.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is negotiated with clients, as configured.
 *
 * @param profile the lists of Mozilla's server side TLS guidelines that stand where none of our own does
 * @param ciphers suites by IANA name, in place of the profile's; empty: the profile's
 * @param groups key exchange groups by IANA name, most wanted first; empty: the profile's
 * @param alpn application protocols, most wanted first; empty: none is negotiated
 * @param ticketKeyLifetime how long a key that encrypts session tickets is used for new ones; empty: no resumption
 */
public record PolicySettings(
        Profile profile,
        List<String> ciphers,
        List<String> groups,
        List<String> alpn,
        Optional<Duration> ticketKeyLifetime) {
    /** Mozilla's names. */
    public enum Profile {
        /** TLS 1.3 and 1.2. */
        INTERMEDIATE,
        /** TLS 1.3 alone. */
        MODERN
    }

    /** The defaults. */
    public static final PolicySettings INTERMEDIATE = new PolicySettings(
            Profile.INTERMEDIATE, List.of(), List.of(), List.of(), Optional.of(Duration.ofHours(12)));

    public PolicySettings {
        ciphers = List.copyOf(ciphers);
        groups = List.copyOf(groups);
        alpn = List.copyOf(alpn);
    }

    /** Each flaw is noted with its place, and left out of what is returned. */
    static PolicySettings read(SettingsReader reader) {
        PolicySettings read = new PolicySettings(
                reader.choice("tls.profile", Profile.class),
                reader.texts("tls.ciphers"),
                reader.texts("tls.groups"),
                reader.texts("tls.alpn"),
                reader.durationOrOff("tls.ticket-key-lifetime"));
        List<Policy.Flaw> flaws = Policy.flaws(read);
        flaws.forEach(flaw -> reader.problem(flaw + " at " + reader.origin(flaw.key())));
        return new PolicySettings(
                read.profile,
                sound(read.ciphers, "tls.ciphers", flaws),
                sound(read.groups, "tls.groups", flaws),
                sound(read.alpn, "tls.alpn", flaws),
                read.ticketKeyLifetime);
    }

    private static List<String> sound(List<String> values, String key, List<Policy.Flaw> flaws) {
        return values.stream()
                .filter(value -> flaws.stream()
                        .noneMatch(
                                flaw -> flaw.key().equals(key) && flaw.value().equals(value)))
                .toList();
    }
}
