package io.penstock.server.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Builds and signs certificates and lists of revoked ones. Uses BouncyCastle for the structure and the JDK for the cryptography. */
final class CertificateIssuer {
    private static final int MAX_COMMON_NAME = 64;
    private static final int SERIAL_BITS = 127;

    private CertificateIssuer() {}

    static X509Certificate selfSigned(CertificateSpec spec, KeyPair pair) {
        return build(spec, pair.getPublic(), subject(spec), pair.getPublic(), pair.getPrivate());
    }

    static X509Certificate issue(CertificateSpec spec, PublicKey key, Identity issuer) {
        X500Name name =
                X500Name.getInstance(issuer.leaf().getSubjectX500Principal().getEncoded());
        return build(spec, key, name, issuer.leaf().getPublicKey(), issuer.key());
    }

    private static X509Certificate build(
            CertificateSpec spec, PublicKey key, X500Name issuer, PublicKey issuerKey, PrivateKey signingKey) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer, serial(), Date.from(spec.notBefore()), Date.from(spec.notAfter()), subject(spec), key);
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(key));
            builder.addExtension(Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(issuerKey));
            addUsage(builder, spec, key);
            addNames(builder, spec);
            var signer = new JcaContentSignerBuilder(KeyType.signatureOf(signingKey)).build(signingKey);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalArgumentException("cannot make a certificate from " + spec, e);
        }
    }

    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1);
    }

    private static X500Name subject(CertificateSpec spec) {
        String name = spec.commonName();
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, name.length() > MAX_COMMON_NAME ? name.substring(0, MAX_COMMON_NAME) : name)
                .build();
    }

    private static void addUsage(X509v3CertificateBuilder builder, CertificateSpec spec, PublicKey key)
            throws IOException {
        boolean authority = spec.role() == CertificateSpec.Role.AUTHORITY;
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        if (authority) {
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return;
        }
        boolean rsa = key.getAlgorithm().equals("RSA");
        int usage = rsa ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment : KeyUsage.digitalSignature;
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
        KeyPurposeId purpose = spec.role() == CertificateSpec.Role.SERVER
                ? KeyPurposeId.id_kp_serverAuth
                : KeyPurposeId.id_kp_clientAuth;
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
    }

    private static void addNames(X509v3CertificateBuilder builder, CertificateSpec spec) throws IOException {
        if (!spec.names().isEmpty()) {
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(generalNames(spec.names())));
        }
        if (!spec.permitted().isEmpty()) {
            GeneralSubtree[] subtrees = List.of(generalNames(spec.permitted())).stream()
                    .map(GeneralSubtree::new)
                    .toArray(GeneralSubtree[]::new);
            ASN1Encodable constraints = new NameConstraints(subtrees, null);
            builder.addExtension(Extension.nameConstraints, true, constraints);
        }
    }

    private static GeneralName[] generalNames(List<String> names) {
        return names.stream().map(CertificateIssuer::generalName).toArray(GeneralName[]::new);
    }

    private static GeneralName generalName(String name) {
        return new GeneralName(kindOf(name), name);
    }

    private static int kindOf(String name) {
        if (HostNames.address(name).isPresent()) {
            return GeneralName.iPAddress;
        }
        if (name.contains("://") || name.startsWith("urn:")) {
            return GeneralName.uniformResourceIdentifier;
        }
        if (name.indexOf('@') >= 0) {
            return GeneralName.rfc822Name;
        }
        return name.indexOf('/') >= 0 ? GeneralName.iPAddress : GeneralName.dNSName;
    }

    /** A list of revoked certificates (RFC 5280 section 5). */
    static X509CRL revocationList(
            Identity issuer, Instant thisUpdate, Instant nextUpdate, List<X509Certificate> revoked) {
        try {
            X509v2CRLBuilder builder = new JcaX509v2CRLBuilder(issuer.leaf(), Date.from(thisUpdate));
            builder.setNextUpdate(Date.from(nextUpdate));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils()
                            .createAuthorityKeyIdentifier(issuer.leaf().getPublicKey()));
            builder.addExtension(
                    Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(thisUpdate.toEpochMilli())));
            for (X509Certificate certificate : revoked) {
                builder.addCRLEntry(certificate.getSerialNumber(), Date.from(thisUpdate), CRLReason.keyCompromise);
            }
            var signer = new JcaContentSignerBuilder(KeyType.signatureOf(issuer.key())).build(issuer.key());
            return new JcaX509CRLConverter().getCRL(builder.build(signer));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalArgumentException("cannot make a list of revoked certificates", e);
        }
    }
}
