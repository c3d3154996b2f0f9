package io.penstock.server.tls;

import io.netty.internal.tcnative.Buffer;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLCredential;
import io.penstock.server.pki.Identity;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Certificates and keys as BoringSSL takes them: in PEM, from a BIO. What holds a key is wiped. */
final class BoringMaterial {
    private static final byte[] LINE = {'\n'};
    /**
     * What it signs with, most wanted first (RFC 8446 section 4.2.3): its own list has SHA-1 at the end, for clients of
     * TLS 1.2 that name nothing else.
     */
    private static final int[] SIGNATURES = {
        0x0807, // ed25519
        0x0403, // ecdsa_secp256r1_sha256
        0x0804, // rsa_pss_rsae_sha256
        0x0401, // rsa_pkcs1_sha256
        0x0503, // ecdsa_secp384r1_sha384
        0x0805, 0x0501, 0x0603, // ecdsa_secp521r1_sha512
        0x0806, 0x0601
    };

    private BoringMaterial() {}

    /** Something that is done with a BIO's handle. */
    @FunctionalInterface
    interface BioUse<T> {
        T apply(long bio) throws Exception;
    }

    /**
     * An SSL_CREDENTIAL.
     *
     * @return its handle, for {@link #free}
     * @throws BoringUnfitException when the key stays in its keystore, or is of a kind that BoringSSL does not know
     */
    static long credential(Identity identity) throws BoringUnfitException {
        long credential = 0;
        long chain = 0;
        long key = 0;
        boolean made = false;
        SSL.clearError();
        try {
            credential = SSLCredential.newX509();
            key = parseKey(identity);
            chain = parseChain(identity.chain());
            SSLCredential.setPrivateKey(credential, key);
            SSLCredential.setCertChain(credential, chain);
            SSLCredential.setSigningAlgorithmPrefs(credential, SIGNATURES);
            made = true;
            return credential;
        } catch (BoringUnfitException e) {
            throw e;
        } catch (Exception e) {
            // tcnative declares and throws java.lang.Exception itself.
            throw new BoringUnfitException(
                    "it does not take the " + identity.key().getAlgorithm() + " key: " + e.getMessage(), e);
        } finally {
            SSL.clearError();
            if (key != 0) {
                SSL.freePrivateKey(key);
            }
            if (chain != 0) {
                SSL.freeX509Chain(chain);
            }
            if (!made && credential != 0) {
                free(credential);
            }
        }
    }

    /** Gives a credential back; connections that have it go on. */
    static void free(long credential) {
        try {
            SSLCredential.free(credential);
        } catch (Exception e) {
            // It is declared, and netty-tcnative throws none.
            throw new IllegalStateException("a credential is not freed", e);
        }
    }

    private static long parseKey(Identity identity) throws Exception {
        byte[] encoded = identity.key().getEncoded();
        if (encoded == null) {
            throw new BoringUnfitException(
                    "the " + identity.key().getAlgorithm() + " key cannot be taken out of its store");
        }
        byte[] pem = pem("PRIVATE KEY", encoded);
        Arrays.fill(encoded, (byte) 0);
        return withBio(pem, bio -> SSL.parsePrivateKey(bio, null));
    }

    private static long parseChain(List<X509Certificate> chain) throws Exception {
        return withBio(pem(chain), SSL::parseX509Chain);
    }

    /** Certificates, one after the other. */
    static byte[] pem(List<X509Certificate> certificates) throws CertificateEncodingException {
        int length = 0;
        byte[][] blocks = new byte[certificates.size()][];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = pem("CERTIFICATE", certificates.get(i).getEncoded());
            length += blocks[i].length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] block : blocks) {
            all.put(block);
        }
        return all.array();
    }

    private static byte[] pem(String type, byte[] der) {
        byte[] base64 = Base64.getMimeEncoder(64, LINE).encode(der);
        byte[] begin = ("-----BEGIN " + type + "-----\n").getBytes(StandardCharsets.US_ASCII);
        byte[] end = ("\n-----END " + type + "-----\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer block = ByteBuffer.allocate(begin.length + base64.length + end.length);
        block.put(begin).put(base64).put(end);
        Arrays.fill(base64, (byte) 0);
        return block.array();
    }

    /** Puts bytes into a BIO, and wipes them here; the BIO wipes its own. */
    static <T> T withBio(byte[] content, BioUse<T> use) throws Exception {
        ByteBuffer direct = ByteBuffer.allocateDirect(content.length).put(content);
        Arrays.fill(content, (byte) 0);
        long bio = SSL.newMemBIO();
        try {
            if (SSL.bioWrite(bio, Buffer.address(direct), content.length) != content.length) {
                throw new IllegalStateException("BoringSSL has no memory for " + content.length + " bytes");
            }
            direct.clear().put(content);
            return use.apply(bio);
        } finally {
            SSL.freeBIO(bio);
            // Only its address was used above.
            Reference.reachabilityFence(direct);
        }
    }
}
