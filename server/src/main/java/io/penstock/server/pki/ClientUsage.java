package io.penstock.server.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether a certificate is one for TLS clients (RFC 5280 sections 4.2.1.3 and 4.2.1.12). A purpose that a CA's own
 * certificate is limited to holds for what it issues, as in OpenSSL and BoringSSL; the JDK does not look at that.
 */
final class ClientUsage {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_PURPOSE = "2.5.29.37.0";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final Map<String, String> PURPOSES = Map.of(
            "1.3.6.1.5.5.7.3.1", "serverAuth",
            "1.3.6.1.5.5.7.3.3", "codeSigning",
            "1.3.6.1.5.5.7.3.4", "emailProtection",
            "1.3.6.1.5.5.7.3.8", "timeStamping",
            "1.3.6.1.5.5.7.3.9", "OCSPSigning");

    private ClientUsage() {}

    /**
     * What stands against it, in words.
     *
     * @param path the leaf and what is between it and the trusted CA
     */
    static Optional<String> problem(X509Certificate leaf, List<X509Certificate> path) {
        boolean[] usage = leaf.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            return Optional.of("its key usage does not include digitalSignature, so that it is not for clients");
        }
        return purposeProblem(leaf, "it")
                .or(() -> path.stream()
                        .skip(1)
                        .flatMap(issuer -> purposeProblem(issuer, "its CA " + ClientWords.name(issuer)).stream())
                        .findFirst());
    }

    private static Optional<String> purposeProblem(X509Certificate certificate, String who) {
        List<String> purposes;
        try {
            purposes = certificate.getExtendedKeyUsage();
        } catch (CertificateParsingException e) {
            return Optional.of(who + " has an extended key usage that cannot be read");
        }
        return purposes == null || purposes.contains(CLIENT_AUTH) || purposes.contains(ANY_PURPOSE)
                ? Optional.empty()
                : Optional.of(who + " is for "
                        + purposes.stream()
                                .map(purpose -> PURPOSES.getOrDefault(purpose, purpose))
                                .collect(Collectors.joining(", "))
                        + ", expected the extended key usage clientAuth");
    }
}
