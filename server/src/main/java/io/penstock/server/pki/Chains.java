package io.penstock.server.pki;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What belongs to what: certificates to their issuers, keys to certificates. */
final class Chains {
    private Chains() {}

    /** Whether a certificate is a root: then nothing stands above it. */
    static boolean isSelfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    static boolean issued(X509Certificate issuer, X509Certificate certificate) {
        if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /**
     * Sorts a bag of certificates: the leaf, its issuer, and so on as far as it goes.
     *
     * @param leaf one of the bag
     */
    static List<X509Certificate> sorted(X509Certificate leaf, List<X509Certificate> bag) {
        List<X509Certificate> chain = new ArrayList<>(List.of(leaf));
        Optional<X509Certificate> next = issuerOf(leaf, bag);
        while (next.isPresent() && !chain.contains(next.get())) {
            chain.add(next.get());
            next = issuerOf(next.get(), bag);
        }
        return chain;
    }

    private static Optional<X509Certificate> issuerOf(X509Certificate certificate, List<X509Certificate> bag) {
        return isSelfIssued(certificate)
                ? Optional.empty()
                : bag.stream().filter(other -> issued(other, certificate)).findFirst();
    }

    /** The certificate that has issued none of the others; the first where there are several. */
    static X509Certificate leafOf(List<X509Certificate> bag) {
        return bag.stream()
                .filter(candidate ->
                        bag.stream().noneMatch(other -> !other.equals(candidate) && issued(candidate, other)))
                .findFirst()
                .orElse(bag.get(0));
    }

    /** Whether two halves are one pair. RSA shows it; for the rest one signs and the other verifies. */
    static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
        if (key instanceof RSAKey secret && publicKey instanceof RSAKey open) {
            return secret.getModulus().equals(open.getModulus());
        }
        try {
            byte[] text = "penstock".getBytes(StandardCharsets.US_ASCII);
            Signature signature = Signature.getInstance(KeyType.signatureOf(key));
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
