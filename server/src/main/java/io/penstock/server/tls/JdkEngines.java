package io.penstock.server.tls;

import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.TlsSession;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identity;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Engines of the Java runtime: TLS 1.3 and 1.2, ephemeral keys and authenticated ciphers only (Mozilla's intermediate
 * profile less DHE).
 *
 * <p>Each of these has session tickets and a session cache of its own: nothing is resumed across a change of identity
 * or client CA. Thread-safe.
 */
final class JdkEngines implements TlsEngines {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final String[] CIPHERS = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    };

    private final ClientAuth clientAuth;
    private final ClientTrustManager clients;
    private final SSLContext context;

    JdkEngines(Identity identity, ClientVerifier verifier) {
        clientAuth = verifier.trust().clientAuth();
        clients = new ClientTrustManager(verifier);
        try {
            context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new FixedKeyManager(identity)}, new TrustManager[] {clients}, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do TLS", e);
        }
    }

    @Override
    public TlsEngine engine(Optional<ClientHello> hello) {
        return new JdkEngine(newEngine(), clients);
    }

    /** Who was accepted in which handshake. */
    ClientTrustManager clients() {
        return clients;
    }

    /** In server mode, with everything set. */
    SSLEngine newEngine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters());
        return engine;
    }

    private SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters(CIPHERS, PROTOCOLS);
        // All are strong, so that the client, who knows its hardware, may choose.
        parameters.setUseCipherSuitesOrder(false);
        switch (clientAuth) {
            case NONE -> parameters.setNeedClientAuth(false);
            case OPTIONAL -> parameters.setWantClientAuth(true);
            case REQUIRED -> parameters.setNeedClientAuth(true);
        }
        return parameters;
    }

    /** What a handshake has agreed on. */
    static TlsSession describe(SSLEngine engine, @Nullable ClientIdentity client) {
        SSLSession session = engine.getSession();
        String alpn = engine.getApplicationProtocol();
        return new TlsSession(
                session.getProtocol(),
                session.getCipherSuite(),
                client,
                session instanceof ExtendedSSLSession extended ? serverName(extended) : null,
                alpn == null || alpn.isEmpty() ? null : alpn);
    }

    private static @Nullable String serverName(ExtendedSSLSession session) {
        for (SNIServerName name : session.getRequestedServerNames()) {
            if (name instanceof SNIHostName host) {
                return host.getAsciiName().toLowerCase(Locale.ROOT);
            }
        }
        return null;
    }

    /** What the client has shown in this handshake, or in the one whose session is resumed; empty for nothing. */
    static List<X509Certificate> peerChain(SSLEngine engine) {
        try {
            Certificate[] chain = engine.getSession().getPeerCertificates();
            return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }
}
