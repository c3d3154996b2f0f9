package io.penstock.server.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads PKCS#12, JKS and JCEKS with the JDK. */
final class KeyStores {
    private static final char[] NO_PASSWORD = {};

    private KeyStores() {}

    /** The type of a store that begins with a magic number; PKCS#12 has none. */
    static Optional<String> typeOf(byte[] bytes) {
        return switch (bytes.length < 4 ? 0 : ByteBuffer.wrap(bytes).getInt()) {
            case 0xfeedfeed -> Optional.of("JKS");
            case 0xcececece -> Optional.of("JCEKS");
            default -> Optional.empty();
        };
    }

    /**
     * Reads a store.
     *
     * @param keys whether private keys are wanted; if not, JKS needs no password, for its certificates are in the clear
     */
    static Material read(Source source, String type, byte[] bytes, Password password, boolean keys)
            throws BadMaterialException {
        boolean clear = !keys && !type.equals("PKCS12");
        char @Nullable [] chars = clear ? null : password.isConfigured() ? password.read() : NO_PASSWORD;
        try {
            KeyStore store = KeyStore.getInstance(type);
            store.load(new ByteArrayInputStream(bytes), chars);
            return material(store, chars, keys);
        } catch (UnrecoverableKeyException e) {
            throw password.wrong(source);
        } catch (IOException e) {
            throw e.getCause() instanceof GeneralSecurityException
                    ? password.wrong(source)
                    : source.bad("a " + type + " key store; the file is damaged: copy it again");
        } catch (GeneralSecurityException e) {
            throw source.bad("a " + type + " key store that this Java can read; it uses something unknown");
        }
    }

    private static Material material(KeyStore store, char @Nullable [] password, boolean wantKeys)
            throws GeneralSecurityException {
        Set<X509Certificate> certificates = new LinkedHashSet<>();
        List<PrivateKey> keys = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Set<String> others = new LinkedHashSet<>();
        for (String alias : Collections.list(store.aliases())) {
            if (!store.isKeyEntry(alias)) {
                addAll(certificates, store.getCertificate(alias));
            } else if (!wantKeys) {
                others.add("a private key");
                addAll(certificates, store.getCertificateChain(alias));
            } else if (store.getKey(alias, password) instanceof PrivateKey key) {
                keys.add(key);
                names.add(alias);
                addAll(certificates, store.getCertificateChain(alias));
            }
        }
        return new Material(List.copyOf(certificates), keys, names, List.copyOf(others));
    }

    private static void addAll(Set<X509Certificate> all, Certificate @Nullable ... some) {
        for (Certificate certificate : some == null ? new Certificate[0] : some) {
            if (certificate instanceof X509Certificate x509) {
                all.add(x509);
            }
        }
    }
}
