package io.penstock.server.pki;

import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a certificate says, in words. They come from whoever made it: escape them before they reach a terminal.
 *
 * @param subject such as {@code CN=gate, O="Example, Inc."} (RFC 1779)
 * @param issuer in the same form
 * @param names DNS names and addresses, {@code email:…} and {@code uri:…}
 * @param serial in hexadecimal, as openssl prints it
 * @param key such as {@code EC P-256}
 * @param signature the algorithm, such as {@code SHA256withECDSA}
 * @param keyUsage such as {@code digitalSignature}; empty: not restricted
 * @param purposes extended key usage, such as {@code serverAuth}; empty: not restricted
 * @param authority whether it may issue certificates
 * @param sha256 fingerprint of the whole certificate, pairs of hexadecimal digits with colons
 * @param pin {@code spki-sha256:BASE64}, as {@code allowed-clients} wants it
 * @param issuerUrl where the issuer's certificate can be had
 * @param crlUrls where the revocation list can be had
 */
public record CertificateFacts(
        String subject,
        String issuer,
        List<String> names,
        String serial,
        Instant notBefore,
        Instant notAfter,
        String key,
        String signature,
        List<String> keyUsage,
        List<String> purposes,
        boolean authority,
        String sha256,
        String pin,
        Optional<String> issuerUrl,
        List<String> crlUrls) {
    private static final List<String> USAGES = List.of(
            "digitalSignature",
            "nonRepudiation",
            "keyEncipherment",
            "dataEncipherment",
            "keyAgreement",
            "keyCertSign",
            "cRLSign",
            "encipherOnly",
            "decipherOnly");
    private static final Map<String, String> PURPOSES = Map.of(
            "1.3.6.1.5.5.7.3.1", "serverAuth",
            "1.3.6.1.5.5.7.3.2", "clientAuth",
            "1.3.6.1.5.5.7.3.3", "codeSigning",
            "1.3.6.1.5.5.7.3.4", "emailProtection",
            "1.3.6.1.5.5.7.3.8", "timeStamping",
            "1.3.6.1.5.5.7.3.9", "OCSPSigning",
            "2.5.29.37.0", "any");
    private static final HexFormat PAIRS = HexFormat.ofDelimiter(":").withUpperCase();
    private static final int EMAIL = 1;
    private static final int URI = 6;

    public CertificateFacts {
        names = List.copyOf(names);
        keyUsage = List.copyOf(keyUsage);
        purposes = List.copyOf(purposes);
        crlUrls = List.copyOf(crlUrls);
    }

    /** Reads a certificate. */
    public static CertificateFacts of(X509Certificate certificate) {
        return new CertificateFacts(
                DistinguishedNames.shown(certificate.getSubjectX500Principal()),
                DistinguishedNames.issuer(certificate),
                names(certificate),
                certificate.getSerialNumber().toString(16).toUpperCase(Locale.ROOT),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                PublicKeys.words(certificate.getPublicKey()),
                certificate.getSigAlgName(),
                usages(certificate),
                purposes(certificate),
                certificate.getBasicConstraints() >= 0,
                fingerprint(certificate),
                PublicKeys.pin(certificate),
                IssuerUrl.of(certificate),
                CrlUrls.of(certificate));
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>(HostNames.shown(certificate));
        for (List<?> entry : HostNames.alternativeNames(certificate)) {
            if (entry.get(0).equals(EMAIL)) {
                names.add("email:" + entry.get(1));
            } else if (entry.get(0).equals(URI)) {
                names.add("uri:" + entry.get(1));
            }
        }
        return names;
    }

    private static List<String> usages(X509Certificate certificate) {
        boolean[] bits = certificate.getKeyUsage();
        List<String> usages = new ArrayList<>();
        for (int i = 0; bits != null && i < bits.length && i < USAGES.size(); i++) {
            if (bits[i]) {
                usages.add(USAGES.get(i));
            }
        }
        return usages;
    }

    private static List<String> purposes(X509Certificate certificate) {
        try {
            List<String> purposes = certificate.getExtendedKeyUsage();
            return purposes == null
                    ? List.of()
                    : purposes.stream()
                            .map(oid -> PURPOSES.getOrDefault(oid, oid))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of("unreadable");
        }
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return PAIRS.formatHex(PublicKeys.sha256(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            return "unknown";
        }
    }
}
