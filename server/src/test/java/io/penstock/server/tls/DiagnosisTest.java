package io.penstock.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.CertificateException;
import javax.crypto.AEADBadTagException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosisTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Received fatal alert: unknown_ca | ALERT_UNKNOWN_CA",
                "(certificate_unknown) Received fatal alert: certificate_unknown | ALERT_CERTIFICATE_UNKNOWN",
                "Received fatal alert: internal_error | CLIENT_ALERT",
                "no cipher suites in common | NO_COMMON_CIPHER",
                "(handshake_failure) no cipher suites in common | NO_COMMON_CIPHER",
                "Client requested protocol TLSv1.1 is not enabled or supported in server context | OLD_VERSION",
                "The client supported protocol versions[TLSv1.2] are not accepted by server preferences [TLSv1.3]"
                        + " | OLD_VERSION",
                "Empty client certificate chain | CLIENT_CERTIFICATE_MISSING",
                "(bad_record_mac) Tag mismatch | BAD_RECORD",
                "Input record too big: max = 16709 len = 65540 | RECORD_TOO_LONG",
                "no shared cipher | NO_COMMON_CIPHER",
                "NO_SHARED_GROUP | NO_COMMON_GROUP",
                "UNSUPPORTED_PROTOCOL | OLD_VERSION",
                "HTTP_REQUEST | HTTP_REQUEST",
                "HTTPS_PROXY_REQUEST | HTTP_REQUEST",
                "WRONG_VERSION_NUMBER | NOT_TLS",
                "DECRYPTION_FAILED_OR_BAD_RECORD_MAC | BAD_RECORD",
                "bad decrypt | BAD_RECORD",
                "encrypted length too long | RECORD_TOO_LONG",
                "too many key updates | EMPTY_RECORDS",
                "peer did not return a certificate | CLIENT_CERTIFICATE_MISSING",
                "nobody knows this | PROTOCOL_ERROR",
            })
    void knowsTheWordsOfBothEngines(String words, TlsFault expected) {
        assertThat(TlsFailedException.of(new SSLHandshakeException(words)).fault())
                .isEqualTo(expected);
    }

    @Test
    void handsWordsOnThatNobodyKnows() {
        assertThat(TlsFailedException.of(new SSLException("nobody knows this")))
                .hasMessage("the client broke the TLS protocol: nobody knows this");
        assertThat(TlsFailedException.of(new SSLException(new AEADBadTagException())))
                .hasMessage("a record did not decrypt");
    }

    @Test
    void findsWhatAVerifierSaidInTheChainOfCauses() {
        TlsFailedException exact =
                TlsFailedException.inEngine(TlsFault.CLIENT_CERTIFICATE_NOT_ALLOWED, "CN=pump-7", null);
        CertificateException wrapped = new CertificateException("no", exact);
        SSLHandshakeException failure = new SSLHandshakeException("no");
        failure.initCause(wrapped);
        assertThat(TlsFailedException.of(failure)).isSameAs(exact);
    }

    @Test
    void takesWhatIsNoFailureOfTlsForAFaultOfOurs() {
        TlsFailedException fault = TlsFailedException.of(new IllegalStateException("broken"));
        assertThat(fault.fault()).isEqualTo(TlsFault.INTERNAL);
        assertThat(fault)
                .hasMessageContaining("IllegalStateException: broken")
                .hasCauseInstanceOf(RuntimeException.class);
        assertThat(fault.end().toString()).startsWith("internal error: TLS-INTERNAL: ");
    }
}
