package io.penstock.server.pki;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** Where a certificate says that its issuer's revocation list can be had (RFC 5280 section 4.2.1.13). */
final class CrlUrls {
    private static final String OID = "2.5.29.31";

    private CrlUrls() {}

    static List<String> of(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(OID);
        if (extension == null) {
            return List.of();
        }
        try {
            byte[] value = ASN1OctetString.getInstance(extension).getOctets();
            return Arrays.stream(CRLDistPoint.getInstance(value).getDistributionPoints())
                    .flatMap(CrlUrls::urls)
                    .toList();
        } catch (RuntimeException e) {
            // Damaged input is answered with every kind of runtime exception.
            return List.of();
        }
    }

    private static Stream<String> urls(DistributionPoint point) {
        DistributionPointName name = point.getDistributionPoint();
        if (name == null || name.getType() != DistributionPointName.FULL_NAME) {
            return Stream.empty();
        }
        return Arrays.stream(GeneralNames.getInstance(name.getName()).getNames())
                .filter(one -> one.getTagNo() == GeneralName.uniformResourceIdentifier)
                .map(one -> one.getName().toString());
    }
}
