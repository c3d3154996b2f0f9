package io.penstock.server.pki;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates that {@link CertificateAuthority} does not issue. */
final class Subjects {
    private Subjects() {}

    /** With any subject. */
    static X509Certificate selfSigned(X500Name subject) throws Exception {
        KeyPair pair = KeyType.EC_P256.generate();
        return issued(subject, subject, pair, pair, "SHA256withECDSA");
    }

    /** With any signature algorithm. */
    static X509Certificate issued(X500Name issuer, X500Name subject, KeyPair key, KeyPair by, String algorithm)
            throws Exception {
        Instant now = Instant.parse("2026-06-01T12:00:00Z");
        var builder = new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.TEN,
                Date.from(now.minus(Duration.ofDays(1))),
                Date.from(now.plus(Duration.ofDays(1))),
                subject,
                key.getPublic());
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(by.getPrivate())));
    }
}
