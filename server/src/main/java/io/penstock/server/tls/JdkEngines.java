package io.penstock.server.tls;

import io.penstock.protocol.TlsSession;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.Trust;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

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

    /** Those of the JDK's that count; it has further ones. */
    static final List<String> GROUPS = List.of("x25519", "secp256r1", "secp384r1", "secp521r1", "x448", "ffdhe2048");

    private final Trust trust;
    private final SSLContext context;

    JdkEngines(Identity identity, Trust trust) {
        this.trust = trust;
        try {
            context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new FixedKeyManager(identity)}, trustManagers(trust), null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do TLS", e);
        }
    }

    /** Never null: for null the JDK would read its own trust store, which takes 100 ms and would trust every CA. */
    private static TrustManager[] trustManagers(Trust trust) throws GeneralSecurityException {
        if (trust.clientAuth() == ClientAuth.NONE) {
            return new TrustManager[0];
        }
        Set<TrustAnchor> anchors = trust.authorities().stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet());
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
        parameters.setRevocationEnabled(false);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return factory.getTrustManagers();
    }

    static List<String> ciphers() {
        return List.of(CIPHERS);
    }

    @Override
    public TlsEngine engine(Optional<ClientHello> hello) {
        return new JdkEngine(newEngine());
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
        switch (trust.clientAuth()) {
            case NONE -> parameters.setNeedClientAuth(false);
            case OPTIONAL -> parameters.setWantClientAuth(true);
            case REQUIRED -> parameters.setNeedClientAuth(true);
        }
        return parameters;
    }

    /** What a handshake has agreed on; the chain is empty when the client has shown no certificate. */
    static TlsSession describe(SSLEngine engine) {
        SSLSession session = engine.getSession();
        return new TlsSession(session.getProtocol(), session.getCipherSuite(), peerChain(session));
    }

    private static List<X509Certificate> peerChain(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }
}
