package io.penstock.server.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Accepts whatever a server shows and remembers it. Extended, for around a plain trust manager the JDK puts checks of
 * its own, which would hide the certificates that most need to be seen. For one handshake on one thread.
 */
final class Onlooker extends X509ExtendedTrustManager {
    private List<X509Certificate> chain = List.of();
    private String protocol = "unknown";
    private String cipher = "unknown";
    private boolean asked;

    /** Empty until the server's certificates have come. */
    List<X509Certificate> chain() {
        return chain;
    }

    String protocol() {
        return protocol;
    }

    String cipher() {
        return cipher;
    }

    /** Whether the server has asked for a certificate. */
    boolean wasAsked() {
        return asked;
    }

    /** The handshake is done, and this was agreed on. */
    void finished(String agreedProtocol, String agreedCipher) {
        protocol = agreedProtocol;
        cipher = agreedCipher;
    }

    /** Has no certificate, and notices that one is asked for. */
    X509KeyManager keys() {
        return new NoKeys();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String authType, @Nullable Socket socket) {
        chain = List.of(shown);
        if (socket instanceof SSLSocket tls && tls.getHandshakeSession() != null) {
            SSLSession session = tls.getHandshakeSession();
            protocol = session.getProtocol();
            cipher = session.getCipherSuite();
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String authType, @Nullable SSLEngine engine) {
        chain = List.of(shown);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String authType) {
        chain = List.of(shown);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String authType, @Nullable Socket socket)
            throws CertificateException {
        checkClientTrusted(shown, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(shown, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String authType) throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private final class NoKeys extends X509ExtendedKeyManager {
        @Override
        public @Nullable String chooseClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            asked = true;
            return null;
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return null;
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return null;
        }
    }
}
