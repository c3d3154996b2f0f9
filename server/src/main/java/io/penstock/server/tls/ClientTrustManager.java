package io.penstock.server.tls;

import io.penstock.protocol.ClientIdentity;
import io.penstock.server.pki.ClientVerdict;
import io.penstock.server.pki.ClientVerdict.Accepted;
import io.penstock.server.pki.ClientVerdict.Refused;
import io.penstock.server.pki.ClientVerifier;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Lets JSSE ask the {@link ClientVerifier}. Whatever is wrong, JSSE's server sends the alert certificate_unknown; the
 * reason goes with the exception. Thread-safe.
 */
final class ClientTrustManager extends X509ExtendedTrustManager {
    private final ClientVerifier verifier;
    private final X509Certificate[] authorities;

    /** Who was accepted in a handshake that is still going on; an engine that is given up takes its entry along. */
    private final Map<SSLEngine, ClientIdentity> accepted = Collections.synchronizedMap(new WeakHashMap<>());

    ClientTrustManager(ClientVerifier verifier) {
        this.verifier = verifier;
        this.authorities = verifier.trust().authorities().toArray(new X509Certificate[0]);
    }

    /**
     * Who an engine's handshake has accepted. Asked once, after the handshake; null when no certificate was verified in
     * it, as none was shown or the session was resumed.
     */
    @Nullable
    ClientIdentity accepted(SSLEngine engine) {
        return accepted.remove(engine);
    }

    /**
     * Judges a chain once more, or for the first time.
     *
     * @throws TlsFailedException when it is refused
     */
    ClientIdentity verify(List<X509Certificate> chain) {
        ClientVerdict verdict = verifier.verify(chain);
        if (verdict instanceof Accepted good) {
            return good.client();
        }
        throw TlsFailedException.of((Refused) verdict);
    }

    private ClientIdentity check(X509Certificate[] chain) throws CertificateException {
        try {
            return verify(Arrays.asList(chain));
        } catch (TlsFailedException e) {
            throw new CertificateException(e.getMessage(), e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        accepted.put(engine, check(chain));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this side is the server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.clone();
    }
}
