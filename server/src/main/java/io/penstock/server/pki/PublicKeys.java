package io.penstock.server.pki;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.DSAKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;

/** Public keys in words, and whether they are strong enough. */
final class PublicKeys {
    /** RFC 9325 section 4.2, and what clients refuse by now. */
    private static final int LEAST_RSA_BITS = 2048;

    private PublicKeys() {}

    /** Such as {@code RSA 2048}, {@code EC P-256}, {@code Ed25519}. */
    static String words(PublicKey key) {
        if (key instanceof RSAKey rsa) {
            return "RSA " + rsa.getModulus().bitLength();
        }
        if (key instanceof EdECKey edwards) {
            return edwards.getParams().getName();
        }
        if (key instanceof DSAKey dsa) {
            return "DSA " + dsa.getParams().getP().bitLength();
        }
        return key.getAlgorithm().startsWith("EC") ? "EC " + curve(key) : key.getAlgorithm();
    }

    /** The curves that TLS clients know need no look into the encoding, which would load BouncyCastle. */
    private static String curve(PublicKey key) {
        String known = key instanceof ECKey ec ? String.valueOf(ec.getParams()) : "";
        if (known.startsWith("secp256r1")) {
            return "P-256";
        }
        if (known.startsWith("secp384r1")) {
            return "P-384";
        }
        return known.startsWith("secp521r1") ? "P-521" : encodedCurve(key.getEncoded());
    }

    private static String encodedCurve(byte[] encoded) {
        try {
            Object parameters =
                    SubjectPublicKeyInfo.getInstance(encoded).getAlgorithm().getParameters();
            String name = parameters instanceof ASN1ObjectIdentifier curve ? ECNamedCurveTable.getName(curve) : null;
            if (name == null) {
                return "of a curve without a name";
            }
            return name.equals("prime256v1") ? "P-256" : name;
        } catch (RuntimeException e) {
            return "of a curve that cannot be read";
        }
    }

    /** Why clients refuse such a key, if they do. */
    static Optional<String> weakness(PublicKey key) {
        if (key instanceof RSAKey rsa) {
            return rsa.getModulus().bitLength() < LEAST_RSA_BITS
                    ? Optional.of("shorter than the 2048 bits that clients ask for")
                    : Optional.empty();
        }
        if (key instanceof EdECKey) {
            return Optional.empty();
        }
        return switch (words(key)) {
            case "EC P-256", "EC P-384", "EC P-521" -> Optional.empty();
            default -> Optional.of("not one of RSA, EC P-256, P-384, P-521 and Ed25519");
        };
    }

    /** As {@code allowed-clients} wants it (RFC 7469 section 2.4). */
    static String pin(X509Certificate certificate) {
        byte[] hash = sha256(certificate.getPublicKey().getEncoded());
        return "spki-sha256:" + Base64.getEncoder().encodeToString(hash);
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
