package io.penstock.server.pki;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a certificate and its key come from. Paths as configured; nothing has been read yet.
 *
 * @param section the part of the configuration that names them, for messages, such as {@code tls}
 * @param cert chain, leaf first or to be sorted: PEM, DER, PKCS#7, PKCS#12, JKS; empty: the development CA's leaf
 * @param key private key; empty: {@code cert} holds it, too
 * @param keyPasswordFile file whose first line is the password of the key or of the key store
 */
public record IdentityFiles(String section, Optional<Path> cert, Optional<Path> key, Optional<Path> keyPasswordFile) {
    /** The section of the certificate that every server has. */
    public static final String DEFAULT_SECTION = "tls";

    /** None named: the development CA's leaf. */
    public static final IdentityFiles DEVELOPMENT =
            new IdentityFiles(DEFAULT_SECTION, Optional.empty(), Optional.empty(), Optional.empty());

    /** Stands for the file of a certificate that has none. */
    static final Path NOWHERE = Path.of("");

    /** The default certificate from these files. */
    public static IdentityFiles of(Path cert, Path key) {
        return new IdentityFiles(DEFAULT_SECTION, Optional.of(cert), Optional.of(key), Optional.empty());
    }

    /** Whether there is nothing to read, so that the development certificate is meant. */
    public boolean isDevelopment() {
        return cert.isEmpty() && key.isEmpty();
    }

    /** The name of a setting among these, such as {@code tls.cert}. */
    String setting(String name) {
        return section + "." + name;
    }
}
