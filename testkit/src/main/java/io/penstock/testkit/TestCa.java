package io.penstock.testkit;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.IdentityFiles;
import io.penstock.server.pki.PemFiles;
import io.penstock.server.pki.TrustFiles;
import io.penstock.server.tls.TlsSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A CA that lives as long as a test. Immutable, thread-safe. */
public final class TestCa {
    private static final char[] NO_PASSWORD = new char[0];
    private static final KeyManager[] NO_KEYS = {};

    private final CertificateAuthority authority = CertificateAuthority.create("Penstock test CA");

    /** The CA's own certificate. */
    public X509Certificate certificate() {
        return authority.certificate();
    }

    /** The CA itself, to issue leaves of other kinds. */
    public CertificateAuthority authority() {
        return authority;
    }

    /** A server's key and chain for these DNS names and addresses. */
    public Identity server(String... names) {
        return authority.server(names);
    }

    /**
     * A client's key and chain.
     *
     * @param names subject alternative names: DNS names, addresses, URIs ({@code spiffe://example.org/pump}), mail
     *     addresses
     */
    public Identity client(String commonName, String... names) {
        return authority.issue(CertificateSpec.client(commonName).names(names));
    }

    /** A client's key and chain whose time was over yesterday. */
    public Identity expiredClient(String commonName) {
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        return authority.issue(
                CertificateSpec.client(commonName).valid(yesterday.minus(Duration.ofDays(30)), yesterday));
    }

    /**
     * Writes a list of revoked certificates, good for a day: the file for {@code tls.client-crl}.
     *
     * @param revoked of this CA; none for an empty list
     */
    public Path crl(Path file, Identity... revoked) throws IOException {
        X509Certificate[] certificates =
                List.of(revoked).stream().map(Identity::leaf).toArray(X509Certificate[]::new);
        PemFiles.writeRevocationLists(file, List.of(authority.revocationList(certificates)));
        return file;
    }

    /**
     * Settings of a server for localhost whose clients must be of this CA if they show a certificate.
     *
     * @param directory receives {@code ca.pem}, {@code cert.pem} and {@code key.pem}
     */
    public TlsSettings serverSettings(Path directory, ClientAuth clientAuth) throws IOException {
        Identity identity = server("localhost", "127.0.0.1", "::1");
        Path ca = directory.resolve("ca.pem");
        Path cert = directory.resolve("cert.pem");
        Path key = directory.resolve("key.pem");
        PemFiles.writeCertificates(ca, List.of(certificate()));
        List<X509Certificate> chain = new ArrayList<>(identity.chain());
        chain.add(certificate());
        PemFiles.writeCertificates(cert, chain);
        PemFiles.writeKey(key, identity.key());
        return TlsSettings.of(
                IdentityFiles.of(cert, key),
                clientAuth == ClientAuth.NONE ? TrustFiles.NONE : TrustFiles.of(clientAuth, ca));
    }

    /**
     * A client's context that trusts this CA.
     *
     * @param identity what the client shows when asked, also to a server that says it will not take it; empty: nothing
     */
    public SSLContext clientContext(Optional<Identity> identity) {
        return context(identity.map(InsistentKeyManager::new)
                .map(keys -> new KeyManager[] {keys})
                .orElse(NO_KEYS));
    }

    private SSLContext context(KeyManager[] keys) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, NO_PASSWORD);
            trusted.setCertificateEntry("ca", certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no TLS context for the client", e);
        }
    }
}
