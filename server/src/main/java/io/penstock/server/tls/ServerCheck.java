package io.penstock.server.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A client's judgement of a server's chain and, through JSSE's own managers, of its name. Keeps what it was shown, so
 * that a refusal can be explained. For one connection.
 */
final class ServerCheck extends X509ExtendedTrustManager {
    private final ClientTrust trust;
    private volatile List<X509Certificate> shown = List.of();

    ServerCheck(ClientTrust trust) {
        this.trust = trust;
    }

    /** What the server has shown; leaf first, empty before it has. */
    List<X509Certificate> shown() {
        return shown;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        shown = List.of(chain);
        if (!trust.anybody()) {
            manager().checkServerTrusted(chain, authType, socket);
        }
    }

    /** Java's roots take a tenth of a second to read: a chain of our own authorities' does without them. */
    private X509ExtendedTrustManager manager() throws CertificateException {
        try {
            return manager(!trust.systemRoots() || concernsAuthorities() ? ownAuthorities() : null);
        } catch (GeneralSecurityException | IOException e) {
            throw new CertificateException("the trusted certificates cannot be used: " + e.getMessage(), e);
        }
    }

    /** By name alone: who claims to be of an authority that it is not of is refused for that reason. */
    private boolean concernsAuthorities() {
        return trust.authorities().stream()
                .map(X509Certificate::getSubjectX500Principal)
                .anyMatch(authority -> shown.stream()
                        .anyMatch(certificate ->
                                certificate.getIssuerX500Principal().equals(authority)));
    }

    private KeyStore ownAuthorities() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int count = 0;
        for (X509Certificate authority : trust.authorities()) {
            store.setCertificateEntry("authority " + count++, authority);
        }
        return store;
    }

    private static X509ExtendedTrustManager manager(@Nullable KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trusted);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        throw new UnsupportedOperationException("for sockets");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("for sockets");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw new UnsupportedOperationException("for clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        throw new UnsupportedOperationException("for clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("for clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
