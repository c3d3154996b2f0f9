package io.penstock.server.pki;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.GeneralName;

/** Where a certificate says that its issuer's certificate can be had (RFC 5280 section 4.2.2.1). */
final class IssuerUrl {
    private static final String OID = "1.3.6.1.5.5.7.1.1";

    private IssuerUrl() {}

    static Optional<String> of(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(OID);
        if (extension == null) {
            return Optional.empty();
        }
        try {
            byte[] value = ASN1OctetString.getInstance(extension).getOctets();
            return Arrays.stream(AuthorityInformationAccess.getInstance(value).getAccessDescriptions())
                    .filter(access -> access.getAccessMethod().equals(AccessDescription.id_ad_caIssuers))
                    .map(AccessDescription::getAccessLocation)
                    .filter(location -> location.getTagNo() == GeneralName.uniformResourceIdentifier)
                    .map(location -> location.getName().toString())
                    .findFirst();
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }
}
