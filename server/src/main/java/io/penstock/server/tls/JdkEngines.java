package io.penstock.server.tls;

import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.TlsSession;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identities;
import io.penstock.server.pki.Identity;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Engines of the Java runtime.
 *
 * <p>Each of these has session tickets of its own, see {@link JdkContexts}: nothing is resumed across a change of
 * identity or client CA. Thread-safe.
 */
final class JdkEngines implements TlsEngines {
    private final ClientTrustManager clients;
    private final ClientAuth clientAuth;
    private final Policy policy;
    private final JdkContexts contexts;

    JdkEngines(Identities identities, ClientVerifier verifier, Policy policy) {
        this.clients = new ClientTrustManager(verifier);
        this.clientAuth = verifier.trust().clientAuth();
        this.policy = policy;
        try {
            contexts = new JdkContexts(identities, new TrustManager[] {clients}, policy.ticketKeyLifetime());
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

    @Override
    public TlsEngine engine(Optional<ClientHello> hello, List<Identity> candidates) {
        if (hello.isEmpty()) {
            return new JdkEngine(newEngine(candidates.get(0), policy.groups()), clients);
        }
        Identity chosen = KeyChoice.choose(candidates, hello.get(), policy);
        return new JdkEngine(
                newEngine(chosen, KeyChoice.isTls13(hello.get(), policy) ? policy.groups() : withCurveOf(chosen)),
                clients);
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

    /** Who was accepted in which handshake. */
    ClientTrustManager clients() {
        return clients;
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
