package io.penstock.server.pki;

import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/**
 * Turns keys that the JDK cannot read into PKCS#8: PKCS#1, SEC1, encrypted PKCS#8 and OpenSSL's old encryption. The
 * provider is used as an object and never registered, so that the rest of the JVM does not change.
 */
final class ForeignKeys {
    private ForeignKeys() {}

    /** The key as PKCS#8, or nothing when it is damaged or of an unknown kind. */
    static Optional<byte[]> pkcs8(Source source, PemBlock block, Password password) throws BadMaterialException {
        Object parsed;
        try (PEMParser parser = new PEMParser(new StringReader(block.text()))) {
            parsed = parser.readObject();
        } catch (IOException | RuntimeException e) {
            // The parser answers damaged input with every kind of runtime exception.
            return Optional.empty();
        }
        try {
            if (parsed instanceof PEMKeyPair pair) {
                return Optional.of(pair.getPrivateKeyInfo().getEncoded());
            }
            if (parsed instanceof PEMEncryptedKeyPair pair) {
                return Optional.of(decrypt(pair, password.of(source)));
            }
            if (parsed instanceof PKCS8EncryptedPrivateKeyInfo info) {
                return Optional.of(decrypt(info, password.of(source)));
            }
        } catch (PEMException | PKCSException | OperatorCreationException e) {
            // A wrong password and damaged bytes look alike: in either case the padding or the structure is wrong.
            throw password.wrong(source);
        } catch (IOException | RuntimeException e) {
            throw password.isConfigured() ? password.wrong(source) : source.bad("a private key; it is damaged");
        }
        return Optional.empty();
    }

    private static byte[] decrypt(PEMEncryptedKeyPair pair, char[] password) throws IOException {
        var decryptor = new JcePEMDecryptorProviderBuilder()
                .setProvider(new BouncyCastleProvider())
                .build(password);
        return pair.decryptKeyPair(decryptor).getPrivateKeyInfo().getEncoded();
    }

    private static byte[] decrypt(PKCS8EncryptedPrivateKeyInfo info, char[] password)
            throws IOException, OperatorCreationException, PKCSException {
        var decryptor = new JceOpenSSLPKCS8DecryptorProviderBuilder()
                .setProvider(new BouncyCastleProvider())
                .build(password);
        return info.decryptPrivateKeyInfo(decryptor).getEncoded();
    }
}
