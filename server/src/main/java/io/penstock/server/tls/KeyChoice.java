package io.penstock.server.tls;

import io.penstock.server.pki.Identity;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which of several certificates a client can do with, by the signatures it accepts (RFC 8446 section 4.2.3; for TLS 1.2
 * its suites and, for EC, its curves count, too: RFC 8422 section 5.1).
 *
 * <p>The JDK's engine would go by the client's order, and many a client that prefers RSA does so by age alone.
 */
final class KeyChoice {
    private static final int TLS13 = 0x0304;

    private KeyChoice() {}

    /** The first that will do; the first of all where none does, whose handshake then fails as it should. */
    static Identity choose(List<Identity> candidates, ClientHello hello, Policy policy) {
        boolean modern = isTls13(hello, policy);
        return candidates.stream()
                .filter(one -> candidates.size() == 1 || fits(one.leaf().getPublicKey(), hello, modern))
                .findFirst()
                .orElseGet(() -> candidates.get(0));
    }

    /** Whether TLS 1.3 is what will be agreed on. */
    static boolean isTls13(ClientHello hello, Policy policy) {
        return policy.allows(Policy.TLS13) && hello.versions().contains(TLS13);
    }

    /** The group that goes with an EC certificate. */
    static Optional<String> curve(Identity identity) {
        int bits = bits(identity.leaf().getPublicKey());
        return bits == 0 ? Optional.empty() : Optional.of("secp" + bits + "r1");
    }

    private static int bits(PublicKey key) {
        return key instanceof ECKey ec ? ec.getParams().getCurve().getField().getFieldSize() : 0;
    }

    /** Whether the client can verify what this key signs. */
    static boolean fits(PublicKey key, ClientHello hello, boolean modern) {
        int curve = bits(key);
        if (modern) {
            return offers(
                    hello.signatureSchemes(),
                    switch (key.getAlgorithm()) {
                        case "RSA" -> Schemes.RSA_PSS;
                        case "EC" -> new int[] {Schemes.ofCurve(curve)};
                        default -> Schemes.ED25519;
                    });
        }
        boolean rsa = key.getAlgorithm().equals("RSA");
        return offers(hello.ciphers(), rsa ? Suites12.RSA : Suites12.ECDSA)
                && (curve == 0 || hello.groups().isEmpty() || hello.groups().contains(Schemes.group(curve)))
                && (hello.signatureSchemes().isEmpty()
                        || offers(
                                hello.signatureSchemes(),
                                rsa ? Schemes.RSA : curve == 0 ? Schemes.ED25519 : Schemes.ECDSA));
    }

    private static boolean offers(List<Integer> offered, int[] wanted) {
        return Arrays.stream(wanted).anyMatch(offered::contains);
    }

    /** Numbers of signature schemes and of the groups that go with curves. */
    private static final class Schemes {
        static final int[] RSA_PSS = {0x0804, 0x0805, 0x0806};
        static final int[] RSA = {0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601};
        static final int[] ECDSA = {0x0403, 0x0503, 0x0603};
        static final int[] ED25519 = {0x0807};

        static int ofCurve(int bits) {
            return bits <= 256 ? 0x0403 : bits <= 384 ? 0x0503 : 0x0603;
        }

        static int group(int bits) {
            return bits <= 256 ? 23 : bits <= 384 ? 24 : 25;
        }
    }

    /** Numbers of the suites that {@link Policy} knows for TLS 1.2. */
    private static final class Suites12 {
        static final int[] ECDSA = {0xc02b, 0xc02c, 0xcca9};
        static final int[] RSA = {0xc02f, 0xc030, 0xcca8};
    }
}
