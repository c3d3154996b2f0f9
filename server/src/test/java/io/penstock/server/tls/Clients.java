package io.penstock.server.tls;

import io.penstock.server.pki.Identity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** JSSE's side of tests. */
final class Clients {
    private Clients() {}

    /** A context of clients that trust one CA, with a certificate of their own or without. */
    static SSLContext trusting(X509Certificate authority, Optional<Identity> identity) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("ca", authority);
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] keys = identity.map(FixedKeyManager::new).stream().toArray(KeyManager[]::new);
            context.init(keys, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }
}
