package io.penstock.server.tls;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.tls.PolicySettings.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What is negotiated with clients: Mozilla's intermediate list less DHE, its modern list, or lists of the operator's own
 * within the same bounds (RFC 9325 section 4.2: ephemeral keys and authenticated ciphers). Immutable.
 *
 * @param protocols {@code TLSv1.3} and {@code TLSv1.2}, or one of them
 * @param ciphers by IANA name, those of TLS 1.3 first
 * @param groups by IANA name, most wanted first
 * @param alpn most wanted first; empty: none is negotiated
 * @param ticketKeyLifetime how long a key encrypts new tickets; empty: nothing is resumed
 */
record Policy(
        List<String> protocols,
        List<String> ciphers,
        List<String> groups,
        List<String> alpn,
        Optional<Duration> ticketKeyLifetime) {
    static final String TLS13 = "TLSv1.3";
    static final String TLS12 = "TLSv1.2";

    /** A hybrid with a key encapsulation that a quantum computer does not break; the JDK's engine has none. */
    static final String X25519MLKEM768 = "X25519MLKEM768";

    private static final List<String> SUITES13 =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
    private static final List<String> SUITES12 = List.of(
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    private static final List<String> PROFILE_GROUPS = List.of("x25519", "secp256r1", "secp384r1");
    private static final List<String> ALL_GROUPS =
            List.of("x25519", "secp256r1", "secp384r1", "secp521r1", X25519MLKEM768);
    private static final int MAX_ALPN = 255;

    /** The defaults. */
    static final Policy INTERMEDIATE = of(PolicySettings.INTERMEDIATE);

    Policy {
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
        groups = List.copyOf(groups);
        alpn = List.copyOf(alpn);
    }

    /**
     * A value that cannot be had.
     *
     * @param key below {@code penstock}
     */
    record Flaw(String key, String value, String expected) {
        @Override
        public String toString() {
            return SettingsReader.ROOT + "." + key + ": " + value + " (expected: " + expected + ")";
        }
    }

    /**
     * Resolves profile and lists.
     *
     * @throws InvalidSettingsException with a line for each {@linkplain #flaws flaw}
     */
    static Policy of(PolicySettings settings) {
        List<Flaw> flaws = flaws(settings);
        if (!flaws.isEmpty()) {
            throw new InvalidSettingsException(
                    flaws.stream().map(Flaw::toString).toList());
        }
        List<String> wanted = settings.ciphers().isEmpty() ? suites(settings.profile()) : settings.ciphers();
        List<String> ciphers = Stream.concat(SUITES13.stream(), SUITES12.stream())
                .filter(wanted::contains)
                .toList();
        return new Policy(
                Stream.of(TLS13, TLS12)
                        .filter(version -> ciphers.stream().anyMatch(suite -> isOf(version, suite)))
                        .toList(),
                ciphers,
                settings.groups().isEmpty()
                        ? PROFILE_GROUPS
                        : settings.groups().stream().distinct().toList(),
                settings.alpn().stream().distinct().toList(),
                settings.ticketKeyLifetime());
    }

    private static List<String> suites(Profile profile) {
        return profile == Profile.MODERN
                ? SUITES13
                : Stream.concat(SUITES13.stream(), SUITES12.stream()).toList();
    }

    private static boolean isOf(String version, String suite) {
        return SUITES13.contains(suite) == version.equals(TLS13);
    }

    /** What is unknown, weak or not for the profile, each by itself. */
    static List<Flaw> flaws(PolicySettings settings) {
        List<String> suites = suites(settings.profile());
        List<Flaw> flaws = new ArrayList<>();
        add(flaws, "tls.ciphers", settings.ciphers(), suites::contains, String.join("|", suites));
        add(flaws, "tls.groups", settings.groups(), ALL_GROUPS::contains, String.join("|", ALL_GROUPS));
        add(flaws, "tls.alpn", settings.alpn(), Policy::isProtocolName, "1 to 255 characters of printable ASCII");
        return flaws;
    }

    private static void add(
            List<Flaw> flaws, String key, List<String> values, Predicate<String> sound, String expected) {
        values.stream().filter(sound.negate()).distinct().forEach(value -> flaws.add(new Flaw(key, value, expected)));
    }

    private static boolean isProtocolName(String name) {
        return !name.isEmpty() && name.length() <= MAX_ALPN && name.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    boolean allows(String protocol) {
        return protocols.contains(protocol);
    }
}
