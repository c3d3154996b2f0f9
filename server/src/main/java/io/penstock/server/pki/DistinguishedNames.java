package io.penstock.server.pki;

import java.security.cert.X509Certificate;
import java.util.Map;
import javax.security.auth.x500.X500Principal;

/** Subjects and issuers for people: {@code CN=gate, O="Example, Inc."}, which needs no backslashes (RFC 1779). */
final class DistinguishedNames {
    private static final Map<String, String> KEYWORDS = Map.of(
            "1.2.840.113549.1.9.1", "EMAILADDRESS",
            "0.9.2342.19200300.100.1.25", "DC",
            "0.9.2342.19200300.100.1.1", "UID",
            "2.5.4.5", "SERIALNUMBER",
            "2.5.4.97", "ORGANIZATIONIDENTIFIER");

    private DistinguishedNames() {}

    static String shown(X500Principal name) {
        return name.getName(X500Principal.RFC1779, KEYWORDS);
    }

    /** A certificate in words: its subject, or its names when it has none. */
    static String subject(X509Certificate certificate) {
        String subject = shown(certificate.getSubjectX500Principal());
        return subject.isEmpty() ? String.join(", ", HostNames.shown(certificate)) : subject;
    }

    static String issuer(X509Certificate certificate) {
        return shown(certificate.getIssuerX500Principal());
    }
}
