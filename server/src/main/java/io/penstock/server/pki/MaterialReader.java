package io.penstock.server.pki;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads certificates and keys in whatever form they come. Plain PEM needs the JDK alone; BouncyCastle is loaded only
 * for what the JDK cannot read, as that costs a tenth of a second at start.
 */
final class MaterialReader {
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private final FileAccess files;
    private final Password password;

    MaterialReader(FileAccess files, Password password) {
        this.files = files;
        this.password = password;
    }

    /**
     * Reads a file.
     *
     * @param wanted in words, for the message
     * @param keys whether private keys are to be read; if not, an encrypted one needs no password
     */
    Material read(Source source, String wanted, boolean keys) throws BadMaterialException {
        byte[] bytes = files.read(source, wanted);
        Optional<String> storeType = KeyStores.typeOf(bytes);
        if (storeType.isPresent()) {
            return KeyStores.read(source, storeType.get(), bytes, password, keys);
        }
        if (PemBlock.isPem(bytes)) {
            return material(source, PemBlock.parse(source, bytes), keys);
        }
        String type = bytes[0] == 0x30 ? DerForms.pemType(bytes).orElse("") : "";
        return switch (type) {
            case "" -> throw source.bad(wanted + " as PEM, DER, PKCS#7, PKCS#12 or JKS; the file is none of these");
            case DerForms.PKCS12 -> KeyStores.read(source, "PKCS12", bytes, password, keys);
            default -> material(source, List.of(new PemBlock(type, List.of(), bytes, 0)), keys);
        };
    }

    private Material material(Source source, List<PemBlock> blocks, boolean wantKeys) throws BadMaterialException {
        Set<X509Certificate> certificates = new LinkedHashSet<>();
        List<PrivateKey> keys = new ArrayList<>();
        List<String> keyNames = new ArrayList<>();
        Set<String> others = new LinkedHashSet<>();
        for (PemBlock block : blocks) {
            if (block.isCertificate() || block.isPkcs7()) {
                certificates.addAll(certificates(source, block));
            } else if (block.isPrivateKey() && wantKeys) {
                keys.add(key(source, block));
                keyNames.add("line " + block.line());
            } else if (!block.type().endsWith("PARAMETERS")) {
                others.add(block.words());
            }
        }
        return new Material(List.copyOf(certificates), keys, keyNames, List.copyOf(others));
    }

    private static List<X509Certificate> certificates(Source source, PemBlock block) throws BadMaterialException {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            ByteArrayInputStream in = new ByteArrayInputStream(block.body());
            return block.isPkcs7()
                    ? factory.generateCertificates(in).stream()
                            .map(X509Certificate.class::cast)
                            .toList()
                    : List.of((X509Certificate) factory.generateCertificate(in));
        } catch (CertificateException e) {
            throw source.bad("an X.509 certificate in " + block.place() + "; it is damaged: copy the file again");
        }
    }

    private PrivateKey key(Source source, PemBlock block) throws BadMaterialException {
        byte[] pkcs8 = block.type().equals("PRIVATE KEY")
                ? block.body()
                : ForeignKeys.pkcs8(source, block, password).orElseThrow(() -> unusable(source, block));
        return pkcs8(pkcs8).orElseThrow(() -> unusable(source, block));
    }

    private static BadMaterialException unusable(Source source, PemBlock block) {
        return source.bad("a private key of RSA, EC P-256, P-384, P-521 or Ed25519 in " + block.place()
                + "; it is damaged or of another kind");
    }

    /** A key by trial: the algorithm's name stands inside, and there are only three. */
    private static Optional<PrivateKey> pkcs8(byte[] encoded) {
        return ALGORITHMS.stream()
                .flatMap(algorithm -> pkcs8(algorithm, encoded).stream())
                .findFirst();
    }

    private static Optional<PrivateKey> pkcs8(String algorithm, byte[] encoded) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
