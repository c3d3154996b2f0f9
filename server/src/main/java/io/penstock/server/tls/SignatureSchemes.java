package io.penstock.server.tls;

import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.util.Collections;
import java.util.List;

/** Which signatures a key can make (RFC 8446 section 4.2.3; for TLS 1.2 RFC 5246 section 7.4.1.4.1). */
final class SignatureSchemes {
    private static final List<Integer> RSA_PSS = List.of(0x0804, 0x0805, 0x0806);
    private static final List<Integer> RSA = List.of(0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601);
    private static final List<Integer> ECDSA = List.of(0x0403, 0x0503, 0x0603);
    private static final List<Integer> ED25519 = List.of(0x0807);

    private SignatureSchemes() {}

    /** Whether a client can verify one that the key makes. */
    static boolean fits(PublicKey key, ClientHello hello, boolean tls13) {
        List<Integer> schemes = switch (key.getAlgorithm()) {
            case "RSA" -> tls13 ? RSA_PSS : RSA;
            case "EC" -> tls13 ? List.of(ofCurve((ECKey) key)) : ECDSA;
            default -> ED25519;
        };
        boolean signs = !Collections.disjoint(hello.signatureSchemes(), schemes)
                || (!tls13 && hello.signatureSchemes().isEmpty());
        return signs && (tls13 || !Collections.disjoint(hello.ciphers(), Iana.suitesFor(key.getAlgorithm())));
    }

    private static int ofCurve(ECKey key) {
        int bits = key.getParams().getCurve().getField().getFieldSize();
        return bits <= 256 ? 0x0403 : bits <= 384 ? 0x0503 : 0x0603;
    }
}
