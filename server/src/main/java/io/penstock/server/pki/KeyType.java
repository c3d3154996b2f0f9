package io.penstock.server.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** Keys that a {@link CertificateAuthority} can make. */
public enum KeyType {
    /** The default: small, fast, read by every client. */
    EC_P256("EC", new ECGenParameterSpec("secp256r1")),
    EC_P384("EC", new ECGenParameterSpec("secp384r1")),
    EC_P521("EC", new ECGenParameterSpec("secp521r1")),
    RSA_2048("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4)),
    RSA_3072("RSA", new RSAKeyGenParameterSpec(3072, RSAKeyGenParameterSpec.F4)),
    ED25519("Ed25519", NamedParameterSpec.ED25519);

    private final String algorithm;

    @SuppressWarnings("ImmutableEnumChecker") // The JDK's specs are immutable, they only do not say so.
    private final AlgorithmParameterSpec spec;

    KeyType(String algorithm, AlgorithmParameterSpec spec) {
        this.algorithm = algorithm;
        this.spec = spec;
    }

    /** A new key pair; takes milliseconds, for RSA up to a second. */
    public KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(spec);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot make a key of type " + this, e);
        }
    }

    /** The JCA name of the signature that goes with a key: the hash is as strong as the curve. */
    static String signatureOf(PrivateKey key) {
        if (key instanceof RSAKey) {
            return "SHA256withRSA";
        }
        if (key instanceof ECKey ec) {
            int bits = ec.getParams().getOrder().bitLength();
            return (bits <= 256 ? "SHA256" : bits <= 384 ? "SHA384" : "SHA512") + "withECDSA";
        }
        return key instanceof EdECKey edwards ? edwards.getParams().getName() : key.getAlgorithm();
    }
}
