package io.penstock.server.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A client's judgement of a server's chain and, through JSSE's own managers, of its name. Keeps what it was shown, so
 * that a refusal can be explained. For one handshake after another.
 */
final class ServerCheck extends X509ExtendedTrustManager {
    private final TrustRoots roots;
    private volatile List<X509Certificate> shown = List.of();

    ServerCheck(TrustRoots roots) {
        this.roots = roots;
    }

    /** The next handshake begins. */
    void forget() {
        shown = List.of();
    }

    /** What the server has shown; leaf first, empty before it has. */
    List<X509Certificate> shown() {
        return shown;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        shown = List.of(chain);
        if (!roots.areAnybodys()) {
            roots.judgeOf(shown).checkServerTrusted(chain, authType, socket);
        }
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
