package io.penstock.server.tls;

import io.netty.internal.tcnative.SSL;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is negotiated, in BoringSSL's words.
 *
 * @param protocols flags
 * @param ciphers of TLS 1.2, separated by colons
 * @param groups most wanted first
 * @param alpn most wanted first
 */
record BoringPolicy(int protocols, String ciphers, List<String> groups, List<String> alpn) {
    /** What it offers in TLS 1.3, always and in its own order. */
    private static final List<String> SUITES13 =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    private static final Map<String, String> SUITES12 = Map.of(
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305");

    private static final Map<String, String> IANA_NAMES =
            SUITES12.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private static final Map<String, String> GROUPS = Map.of(
            "X25519MLKEM768", "X25519MLKEM768",
            "x25519", "X25519",
            "secp256r1", "P-256",
            "secp384r1", "P-384",
            "secp521r1", "P-521");

    BoringPolicy {
        groups = List.copyOf(groups);
        alpn = List.copyOf(alpn);
    }

    /**
     * Translates.
     *
     * @throws BoringUnfitException where BoringSSL has no way to do it
     */
    static BoringPolicy of(Policy policy) throws BoringUnfitException {
        if (policy.allows(Policy.TLS13) && !policy.ciphers().containsAll(SUITES13)) {
            throw new BoringUnfitException("it offers every suite of TLS 1.3 or none, and penstock.tls.ciphers is "
                    + String.join(", ", policy.ciphers()));
        }
        int protocols = (policy.allows(Policy.TLS13) ? SSL.SSL_PROTOCOL_TLSV1_3 : 0)
                | (policy.allows(Policy.TLS12) ? SSL.SSL_PROTOCOL_TLSV1_2 : 0);
        // Where TLS 1.2 is off the list does not matter, but BoringSSL takes no empty one.
        List<String> ciphers = policy.allows(Policy.TLS12)
                ? policy.ciphers().stream().filter(SUITES12::containsKey).toList()
                : List.copyOf(SUITES12.keySet());
        return new BoringPolicy(
                protocols,
                String.join(":", ciphers.stream().map(SUITES12::get).toList()),
                Stream.concat(hybrid(policy), policy.groups().stream())
                        .map(name -> GROUPS.getOrDefault(name, name))
                        .toList(),
                policy.alpn());
    }

    /**
     * The profiles' groups are those that both engines have. This one adds, in front, what is proof against recorded
     * traffic being opened by a quantum computer later; most clients offer it by now.
     */
    private static Stream<String> hybrid(Policy policy) {
        boolean own = !policy.groups().equals(Policy.INTERMEDIATE.groups()) || !policy.allows(Policy.TLS13);
        return own ? Stream.empty() : Stream.of(Policy.X25519MLKEM768);
    }

    /** The IANA name of a suite. Those of TLS 1.3 have no other. */
    static String ianaName(String cipher) {
        return IANA_NAMES.getOrDefault(cipher, cipher);
    }
}
