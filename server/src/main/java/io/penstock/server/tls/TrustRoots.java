package io.penstock.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What servers' chains are judged by, read when it is first needed and then kept: Java's roots take a tenth of a second.
 * Thread-safe.
 */
final class TrustRoots {
    private final ClientTrust trust;
    private @Nullable X509ExtendedTrustManager own;
    private @Nullable X509ExtendedTrustManager system;

    private TrustRoots(ClientTrust trust) {
        this.trust = trust;
    }

    /** Those of a client; of one without TLS nobody asks. */
    static TrustRoots of(ClientSettings settings) {
        return new TrustRoots(settings.trust().orElse(ClientTrust.ANYBODY));
    }

    /** Nothing is to be checked. */
    boolean areAnybodys() {
        return trust.anybody();
    }

    /** JSSE's manager for a chain: one of our own authorities' does without Java's roots. */
    synchronized X509ExtendedTrustManager judgeOf(List<X509Certificate> chain) throws CertificateException {
        try {
            if (!trust.systemRoots() || concernsAuthorities(chain)) {
                own = own == null ? manager(authorities()) : own;
                return own;
            }
            system = system == null ? manager(null) : system;
            return system;
        } catch (GeneralSecurityException | IOException e) {
            throw new CertificateException("the trusted certificates cannot be used: " + e.getMessage(), e);
        }
    }

    /** By name alone: who claims to be of an authority that it is not of is refused for that reason. */
    private boolean concernsAuthorities(List<X509Certificate> chain) {
        return trust.authorities().stream()
                .map(X509Certificate::getSubjectX500Principal)
                .anyMatch(authority -> chain.stream()
                        .anyMatch(certificate ->
                                certificate.getIssuerX500Principal().equals(authority)));
    }

    private KeyStore authorities() throws GeneralSecurityException, IOException {
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
}
