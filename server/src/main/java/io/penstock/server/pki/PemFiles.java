package io.penstock.server.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/**
 * Writes certificates and keys as PEM files. A file appears whole or not at all: it is written beside its place and
 * renamed, so that whoever reads meanwhile sees the old one. The directory must exist.
 */
public final class PemFiles {
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private PemFiles() {}

    /** Certificates in the order given, mode 0644 less the umask. */
    public static void writeCertificates(Path file, List<X509Certificate> certificates) throws IOException {
        write(file, certificates(certificates), "rw-r--r--");
    }

    /** Lists of revoked certificates, mode 0644 less the umask. */
    public static void writeRevocationLists(Path file, List<X509CRL> lists) throws IOException {
        StringBuilder text = new StringBuilder();
        for (X509CRL list : lists) {
            try {
                text.append(block("X509 CRL", list.getEncoded()));
            } catch (CRLException e) {
                throw new IllegalArgumentException("a list without an encoding", e);
            }
        }
        write(file, text.toString(), "rw-r--r--");
    }

    /** A key as unencrypted PKCS#8, mode 0600 from the first moment on. */
    public static void writeKey(Path file, PrivateKey key) throws IOException {
        write(file, key(key), "rw-------");
    }

    /** Chain and key in one file, mode 0600. */
    public static void writeIdentity(Path file, Identity identity) throws IOException {
        write(file, certificates(identity.chain()) + key(identity.key()), "rw-------");
    }

    /** PEM text of certificates. */
    public static String certificates(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(block("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalArgumentException("a certificate without an encoding", e);
            }
        }
        return text.toString();
    }

    private static String key(PrivateKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded == null) {
            throw new IllegalArgumentException("the key does not leave its device");
        }
        return block("PRIVATE KEY", encoded);
    }

    private static String block(String type, byte[] body) {
        return "-----BEGIN " + type + "-----\n" + BASE64.encodeToString(body) + "\n-----END " + type + "-----\n";
    }

    private static void write(Path file, String text, String mode) throws IOException {
        Path target = file.toAbsolutePath();
        Path directory = target.getParent();
        if (directory == null) {
            throw new IOException(file + " is not a file");
        }
        Path written = Files.createTempFile(directory, "." + target.getFileName(), ".tmp", attributes(mode));
        try {
            Files.writeString(written, text, StandardCharsets.US_ASCII);
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /** Where the system has no such modes, the directory's own rules hold. */
    static FileAttribute<?>[] attributes(String mode) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
