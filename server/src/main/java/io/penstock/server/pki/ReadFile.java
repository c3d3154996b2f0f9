package io.penstock.server.pki;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file of a chain or a key, in whatever form.
 *
 * @param locked whether it holds a private key that was not read for want of its password
 */
record ReadFile(Path path, CertificateForm form, Material material, boolean locked) {
    private static final String WANTED = "a certificate";

    /** Without a password an encrypted key stays unread, but the certificates beside it need none. */
    static ReadFile read(Path path, FileAccess files, Password password) throws BadMaterialException {
        Source source = Source.named(path);
        MaterialReader reader = new MaterialReader(files, password);
        byte[] bytes = files.read(source, WANTED);
        try {
            Material material = reader.read(source, WANTED, true);
            return new ReadFile(path, CertificateForm.of(bytes), material, false);
        } catch (BadMaterialException e) {
            if (password.isConfigured() || !mayBeLocked(bytes)) {
                throw e;
            }
            return new ReadFile(path, CertificateForm.of(bytes), reader.read(source, WANTED, false), true);
        }
    }

    private static boolean mayBeLocked(byte[] bytes) {
        if (PemBlock.isPem(bytes)) {
            return new String(bytes, StandardCharsets.ISO_8859_1).contains("ENCRYPTED");
        }
        return KeyStores.typeOf(bytes).isPresent()
                || DerForms.pemType(bytes).equals(Optional.of("ENCRYPTED PRIVATE KEY"));
    }

    boolean holdsKey() {
        return locked || !material.keys().isEmpty();
    }

    /** The name of the file that has the same as PEM. */
    Path pem() {
        return form == CertificateForm.PEM ? path : Path.of(path + ".pem");
    }
}
