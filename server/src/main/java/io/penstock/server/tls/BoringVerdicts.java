package io.penstock.server.tls;

import static io.netty.internal.tcnative.CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
import static io.netty.internal.tcnative.CertificateVerifier.X509_V_ERR_CERT_REJECTED;
import static io.netty.internal.tcnative.CertificateVerifier.X509_V_ERR_CERT_REVOKED;
import static io.netty.internal.tcnative.CertificateVerifier.X509_V_ERR_INVALID_PURPOSE;
import static io.netty.internal.tcnative.CertificateVerifier.X509_V_ERR_NO_EXPLICIT_POLICY;
import static io.netty.internal.tcnative.CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;

import io.penstock.server.pki.ClientVerdict;

/** Alerts about clients' certificates can be had only by way of OpenSSL's codes for what is wrong with them. */
final class BoringVerdicts {
    private BoringVerdicts() {}

    /** The code for which BoringSSL sends the fault's alert. For access_denied there is none: certificate_unknown. */
    static int code(ClientVerdict.Fault fault) {
        return switch (fault) {
            case UNKNOWN_CA -> X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
            case EXPIRED, NOT_YET_VALID -> X509_V_ERR_CERT_HAS_EXPIRED;
            case REVOKED -> X509_V_ERR_CERT_REVOKED;
            case WRONG_USAGE -> X509_V_ERR_INVALID_PURPOSE;
            case BAD -> X509_V_ERR_CERT_REJECTED;
            case REVOCATION_UNKNOWN, NOT_ALLOWED -> X509_V_ERR_NO_EXPLICIT_POLICY;
        };
    }
}
