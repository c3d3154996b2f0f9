package io.penstock.server.pki;

import java.nio.file.Path;
import java.util.Optional;

/** In what form a file is, and how openssl and keytool make PEM of it. */
enum CertificateForm {
    PEM("PEM"),
    PEM_PKCS7("PKCS#7 in PEM"),
    DER_CERTIFICATE("DER"),
    DER_KEY("DER"),
    DER_PKCS7("PKCS#7"),
    PKCS12("PKCS#12"),
    JKS("JKS"),
    JCEKS("JCEKS");

    private final String words;

    CertificateForm(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** The form by the first bytes and the outermost structure; what is nothing known is not asked about. */
    static CertificateForm of(byte[] bytes) {
        Optional<String> store = KeyStores.typeOf(bytes);
        if (store.isPresent()) {
            return valueOf(store.get());
        }
        if (PemBlock.isPem(bytes)) {
            return PemBlock.holdsPkcs7(bytes) ? PEM_PKCS7 : PEM;
        }
        return switch (DerForms.pemType(bytes).orElse("")) {
            case DerForms.PKCS12 -> PKCS12;
            case "PKCS7" -> DER_PKCS7;
            case "CERTIFICATE" -> DER_CERTIFICATE;
            default -> DER_KEY;
        };
    }

    /**
     * Lines for a shell that convert.
     *
     * @param passwordFile of the store or the key
     */
    Optional<String> toPem(Path file, Optional<Path> passwordFile) {
        String in = Shell.file(file);
        String out = Shell.file(file + ".pem");
        String password = passwordFile.map(path -> Shell.quoted("file:" + path)).orElse("");
        return switch (this) {
            case PEM -> Optional.empty();
            case PEM_PKCS7 -> Optional.of("openssl pkcs7 -in " + in + " -print_certs -out " + out);
            case DER_PKCS7 -> Optional.of("openssl pkcs7 -inform DER -in " + in + " -print_certs -out " + out);
            case DER_CERTIFICATE -> Optional.of("openssl x509 -inform DER -in " + in + " -out " + out);
            case DER_KEY ->
                Optional.of(
                        secret("openssl pkey -inform DER -in " + in + option(" -passin ", password) + " -out " + out));
            case PKCS12 -> Optional.of(secret(pkcs12(in, password, out)));
            case JKS, JCEKS -> Optional.of(secret(store(file, passwordFile, password, out)));
        };
    }

    private String store(Path file, Optional<Path> passwordFile, String password, String out) {
        String store = Shell.file(file + ".p12");
        String secret = passwordFile.map(Shell::file).orElse("");
        return "keytool -importkeystore -noprompt -srckeystore " + Shell.file(file) + " -srcstoretype " + words
                + option(" -srcstorepass:file ", secret) + " -destkeystore " + store + " -deststoretype PKCS12"
                + option(" -deststorepass:file ", secret) + " && " + pkcs12(store, password, out);
    }

    private static String pkcs12(String in, String password, String out) {
        return "openssl pkcs12 -in " + in + option(" -passin ", password) + " -nodes -out " + out;
    }

    private static String option(String name, String value) {
        return value.isEmpty() ? "" : name + value;
    }

    /** What comes out holds an unencrypted key: nobody else reads it, from the first moment on. */
    private static String secret(String command) {
        return "(umask 077; " + command + ")";
    }
}
