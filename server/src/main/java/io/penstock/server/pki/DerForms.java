package io.penstock.server.pki;

import java.io.IOException;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.jspecify.annotations.Nullable;

/** Tells what a DER file is by the shape of its outermost structure. */
final class DerForms {
    static final String PKCS12 = "PKCS12";

    private DerForms() {}

    /** The label that the same thing would have in PEM; empty when it is nothing known or cut off. */
    static Optional<String> pemType(byte[] der) {
        try {
            ASN1Primitive primitive = ASN1Primitive.fromByteArray(der);
            return primitive instanceof ASN1Sequence sequence && sequence.size() >= 2
                    ? Optional.ofNullable(type(sequence))
                    : Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static @Nullable String type(ASN1Sequence sequence) {
        ASN1Encodable first = sequence.getObjectAt(0);
        ASN1Encodable second = sequence.getObjectAt(1);
        if (first instanceof ASN1ObjectIdentifier) {
            return "PKCS7";
        }
        if (first instanceof ASN1Integer version) {
            return versioned(version.hasValue(3), sequence.size(), second);
        }
        if (second instanceof ASN1OctetString) {
            return "ENCRYPTED PRIVATE KEY";
        }
        if (second instanceof ASN1BitString) {
            return "PUBLIC KEY";
        }
        return first instanceof ASN1Sequence signed && sequence.size() == 3 ? signedType(signed) : null;
    }

    private static @Nullable String versioned(boolean three, int size, ASN1Encodable second) {
        if (second instanceof ASN1OctetString) {
            return "EC PRIVATE KEY";
        }
        if (second instanceof ASN1Sequence) {
            return three ? PKCS12 : "PRIVATE KEY";
        }
        return size == 2 ? "RSA PUBLIC KEY" : "RSA PRIVATE KEY";
    }

    /** RFC 2986: a request begins with version 0 and the subject; certificate and CRL begin otherwise. */
    private static String signedType(ASN1Sequence signed) {
        boolean request = signed.size() == 4
                && signed.getObjectAt(0) instanceof ASN1Integer
                && signed.getObjectAt(1) instanceof ASN1Sequence;
        return request ? "CERTIFICATE REQUEST" : "CERTIFICATE";
    }
}
