package io.penstock.server.tls;

import io.penstock.protocol.TlsSession;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.Identities;
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
import java.util.stream.Stream;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Engines of the Java runtime.
 *
 * <p>Each of these has session tickets of its own, see {@link JdkContexts}: nothing is resumed across a change of
 * identity or client CA. Thread-safe.
 */
final class JdkEngines implements TlsEngines {
    private final Trust trust;
    private final Policy policy;
    private final JdkContexts contexts;

    JdkEngines(Identities identities, Trust trust, Policy policy) {
        this.trust = trust;
        this.policy = policy;
        try {
            contexts = new JdkContexts(identities, trustManagers(trust), policy.ticketKeyLifetime());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do TLS", e);
        }
    }

    /** What this engine cannot do of a policy, one line each. */
    static List<String> problems(Policy policy) {
        return policy.groups().contains(Policy.X25519MLKEM768)
                ? List.of("penstock.tls.groups: " + Policy.X25519MLKEM768
                        + " (expected: a group that the JDK engine has; remedy: tls.engine = native)")
                : List.of();
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

    @Override
    public TlsEngine engine(Optional<ClientHello> hello, List<Identity> candidates) {
        if (hello.isEmpty()) {
            return new JdkEngine(newEngine(candidates.get(0), policy.groups()));
        }
        Identity chosen = KeyChoice.choose(candidates, hello.get(), policy);
        return new JdkEngine(
                newEngine(chosen, KeyChoice.isTls13(hello.get(), policy) ? policy.groups() : withCurveOf(chosen)));
    }

    /**
     * In TLS 1.2 an EC certificate can be shown only where its curve is a group (RFC 8422 section 5.1), whether it is
     * used for the key exchange or not.
     */
    private List<String> withCurveOf(Identity identity) {
        return Stream.concat(policy.groups().stream(), KeyChoice.curve(identity).stream())
                .distinct()
                .toList();
    }

    /** All of it is on the heap. */
    @Override
    public void release() {
        // Nothing that the garbage collector does not know of.
    }

    /** In server mode, with everything set. */
    SSLEngine newEngine(Identity identity, List<String> groups) {
        SSLEngine engine = contexts.of(identity).createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters(groups));
        return engine;
    }

    private SSLParameters parameters(List<String> groups) {
        SSLParameters parameters = new SSLParameters(
                policy.ciphers().toArray(new String[0]), policy.protocols().toArray(new String[0]));
        // All are strong, so that the client, who knows its hardware, may choose.
        parameters.setUseCipherSuitesOrder(false);
        JdkGroups.set(parameters, groups);
        parameters.setApplicationProtocols(policy.alpn().toArray(new String[0]));
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
