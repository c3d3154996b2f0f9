package io.penstock.protocol;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;

/**
 * Who a client is, by the certificate that it has shown and that has been accepted. Immutable.
 *
 * <p>Names stand as the certificate has them: they are the client's words, vouched for by its CA. Whoever prints them
 * escapes them.
 *
 * @param subject its distinguished name (RFC 4514), such as {@code CN=pump-7,O=Example}; may be empty
 * @param issuer that of the CA
 * @param serial unique for the issuer, in lower-case hexadecimal digits, two for each byte
 * @param fingerprint SHA-256 of the certificate, in 64 lower-case hexadecimal digits
 * @param dnsNames its subject alternative names (RFC 5280 section 4.2.1.6) of this kind
 * @param uris the same, such as {@code spiffe://example.org/pump}
 * @param emails the same
 * @param chain as verified: the client's certificate first, up to the one that a trusted CA has issued
 */
public record ClientIdentity(
        String subject,
        String issuer,
        String serial,
        String fingerprint,
        List<String> dnsNames,
        List<String> uris,
        List<String> emails,
        List<X509Certificate> chain) {
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;

    /** Types that RFC 4514 has no word for and certificates use; the words are those that X500Principal reads. */
    private static final Map<String, String> WORDS = Map.of(
            "1.2.840.113549.1.9.1", "EMAILADDRESS",
            "2.5.4.4", "SURNAME",
            "2.5.4.5", "SERIALNUMBER",
            "2.5.4.12", "T",
            "2.5.4.42", "GIVENNAME");

    public ClientIdentity {
        dnsNames = List.copyOf(dnsNames);
        uris = List.copyOf(uris);
        emails = List.copyOf(emails);
        chain = List.copyOf(chain);
    }

    /**
     * What the first certificate of a chain says.
     *
     * @param chain at least one certificate
     * @throws CertificateParsingException when its names cannot be read
     */
    public static ClientIdentity of(List<X509Certificate> chain) throws CertificateParsingException {
        X509Certificate leaf = chain.get(0);
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        Collection<List<?>> known = names == null ? List.of() : names;
        return new ClientIdentity(
                name(leaf.getSubjectX500Principal()),
                name(leaf.getIssuerX500Principal()),
                hex(leaf.getSerialNumber()),
                fingerprint(leaf),
                names(known, DNS),
                names(known, URI),
                names(known, EMAIL),
                chain);
    }

    /**
     * Whether this is one of the client's names.
     *
     * @param name its subject, or one of its DNS names, URIs or mail addresses, as they stand here; or the certificate's
     *     fingerprint
     */
    public boolean isNamed(String name) {
        return !name.isEmpty()
                && (name.equals(subject)
                        || name.equals(fingerprint)
                        || dnsNames.contains(name)
                        || uris.contains(name)
                        || emails.contains(name));
    }

    /**
     * The one text that stands for the client: its subject; where that is empty the first of its URIs, DNS names and mail
     * addresses, or else the fingerprint.
     */
    public String identity() {
        return Stream.of(List.of(subject), uris, dnsNames, emails)
                .flatMap(List::stream)
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse(fingerprint);
    }

    /** A distinguished name as RFC 4514 writes it, in the form that {@link X500Principal} reads. */
    public static String name(X500Principal principal) {
        return principal.getName(X500Principal.RFC2253, WORDS);
    }

    /** A serial number, two digits for each byte. */
    public static String hex(BigInteger serial) {
        String digits = serial.toString(16);
        return digits.length() % 2 == 0 || serial.signum() < 0 ? digits : "0" + digits;
    }

    private static String fingerprint(X509Certificate certificate) throws CertificateParsingException {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new CertificateParsingException("a certificate without an encoding", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static List<String> names(Collection<List<?>> all, int type) {
        return all.stream()
                .filter(entry -> entry.get(0).equals(type))
                .map(entry -> (String) entry.get(1))
                .toList();
    }
}
