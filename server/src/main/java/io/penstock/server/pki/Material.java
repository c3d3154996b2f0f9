package io.penstock.server.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * What one file holds.
 *
 * @param certificates in the order of the file
 * @param keys private keys, in the order of the file
 * @param keyNames the keys' names in a key store, their places in other files
 * @param others in words: whatever else there is
 */
record Material(List<X509Certificate> certificates, List<PrivateKey> keys, List<String> keyNames, List<String> others) {
    /** What there is, for somebody who expected something else. */
    String words() {
        List<String> words = new ArrayList<>(others);
        if (!keys.isEmpty()) {
            words.add(0, "a private key");
        }
        if (!certificates.isEmpty()) {
            words.add(0, certificates.size() == 1 ? "a certificate" : certificates.size() + " certificates");
        }
        return words.isEmpty() ? "neither certificates nor keys" : String.join(" and ", words);
    }

    @Override
    public String toString() {
        return certificates.size() + " certificates and " + keys.size() + " keys";
    }
}
