package io.penstock.server.tls;

import io.penstock.protocol.TlsSession;
import io.penstock.server.tls.TlsSettings.ClientAuth;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
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
 * A server's side of TLS on the JDK's engine: TLS 1.3 and 1.2, ephemeral keys and authenticated ciphers only (Mozilla's
 * intermediate profile less DHE).
 *
 * <p>Every context has session tickets and a session cache of its own: nothing is resumed across a change of identity
 * or client CA, if the change makes a new context. Thread-safe.
 *
 * <p>The JDK's engine accepts renegotiation by TLS 1.2 clients unless the JVM runs with {@code
 * -Djdk.tls.rejectClientInitiatedRenegotiation=true}; that is JVM-wide, so it is for a program's main to set, before
 * the first use of TLS.
 */
public final class TlsContext {
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

    private final Identity identity;
    private final Trust trust;
    private final SSLContext context;

    private TlsContext(Identity identity, Trust trust, SSLContext context) {
        this.identity = identity;
        this.trust = trust;
        this.context = context;
    }

    /**
     * Loads everything that the settings name.
     *
     * @param hostname the name that clients use; a certificate without it brings a warning
     * @param clock judges validity
     * @throws io.penstock.protocol.InvalidSettingsException with every problem of {@link IdentityLoader} and {@link
     *     TrustLoader} together
     */
    public static TlsContext load(TlsSettings settings, Optional<String> hostname, Clock clock) {
        Problems problems = new Problems();
        Optional<Identity> identity = new IdentityLoader(settings, clock, FileAccess.SYSTEM, problems).load(hostname);
        Problems trustProblems = new Problems();
        Optional<Trust> trust = new TrustLoader(settings, clock, FileAccess.SYSTEM, trustProblems).load();
        problems.addErrors(trustProblems);
        problems.throwIfAny();
        return of(identity.orElseThrow(), trust.orElseThrow());
    }

    /** A context for an identity that has been loaded or issued. */
    public static TlsContext of(Identity identity, Trust trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new FixedKeyManager(identity)}, trustManagers(trust), null);
            return new TlsContext(identity, trust, context);
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

    /** What the server shows. */
    public Identity identity() {
        return identity;
    }

    /** The warnings of identity and trust, one line each. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>(identity.warnings());
        warnings.addAll(trust.warnings());
        return warnings;
    }

    /** The context itself. Its engines need what {@link #newEngine} sets. */
    public SSLContext sslContext() {
        return context;
    }

    /** An engine for one connection, in server mode and ready for its handshake. */
    public SSLEngine newEngine() {
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
    public static TlsSession describe(SSLSession session) {
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
