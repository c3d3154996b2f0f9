package io.penstock.server.pki;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Loads the server's key and certificate chain from whatever files operators have: PEM, DER, PKCS#7, PKCS#12, JKS; keys
 * as PKCS#8, PKCS#1 or SEC1, encrypted or not; RSA, EC P-256, P-384, P-521 and Ed25519.
 */
public final class IdentityLoader {
    private final IdentityFiles named;
    private final Clock clock;
    private final FileAccess files;
    private final Problems problems;

    IdentityLoader(IdentityFiles named, Clock clock, FileAccess files, Problems problems) {
        this.named = named;
        this.clock = clock;
        this.files = files;
        this.problems = problems;
    }

    /**
     * Reads and checks what is named. The development
     * certificate is loaded through {@link DevelopmentFiles#in}.
     *
     * @param hostname the name that clients use; a certificate without it brings a warning
     * @param clock judges validity
     * @throws io.penstock.protocol.InvalidSettingsException with every problem found
     */
    public static Identity load(IdentityFiles named, Optional<String> hostname, Clock clock) {
        Problems problems = new Problems();
        Optional<Identity> identity = new IdentityLoader(named, clock, FileAccess.SYSTEM, problems).load(hostname);
        problems.throwIfAny();
        return identity.orElseThrow();
    }

    /** Empty only when a problem has been noted. */
    Optional<Identity> load(Optional<String> hostname) {
        if (named.cert().isEmpty()) {
            problems.error(Source.full(named.setting("cert")) + ": nothing (expected: the file with the certificate"
                    + named.key().map(key -> " of " + key).orElse("") + ")");
            return Optional.empty();
        }
        Source cert = new Source(named.setting("cert"), named.cert().get());
        Source key =
                named.key().map(path -> new Source(named.setting("key"), path)).orElse(cert);
        boolean together = key.path().equals(cert.path());
        Password password = password();
        MaterialReader reader = new MaterialReader(files, password);
        Optional<Material> certMaterial = problems.attempt(() -> reader.read(cert, "a certificate", together));
        Optional<Material> keyMaterial =
                together ? certMaterial : problems.attempt(() -> reader.read(key, "a private key", true));
        Optional<PrivateKey> secret = keyMaterial.flatMap(m -> problems.attempt(() -> onlyKey(key, m)));
        Optional<List<X509Certificate>> bag = certMaterial.flatMap(m -> problems.attempt(() -> some(cert, m)));
        secret.ifPresent(found -> warnIfOpen(key));
        return bag.flatMap(certificates -> identity(cert, key, certificates, secret, hostname));
    }

    private Password password() {
        Password password = new Password(
                named.keyPasswordFile().map(path -> new Source(named.setting(Source.KEY_PASSWORD_FILE), path)), files);
        if (password.isConfigured()) {
            problems.attempt(password::read);
            warnIfOpen(new Source(
                    named.setting(Source.KEY_PASSWORD_FILE),
                    named.keyPasswordFile().orElseThrow()));
        }
        return password;
    }

    private PrivateKey onlyKey(Source source, Material material) throws BadMaterialException {
        List<PrivateKey> keys = List.copyOf(new LinkedHashSet<>(material.keys()));
        if (keys.isEmpty()) {
            throw source.key().equals(named.setting("key"))
                    ? source.bad("a private key; the file holds " + material.words())
                    : source.bad("the private key in it, or " + Source.full(named.setting("key"))
                            + " with the file that has it; the file holds " + material.words());
        }
        if (keys.size() > 1) {
            throw source.bad(
                    "one private key; the file holds " + keys.size() + ": " + String.join(", ", material.keyNames()));
        }
        return keys.get(0);
    }

    private static List<X509Certificate> some(Source source, Material material) throws BadMaterialException {
        if (material.certificates().isEmpty()) {
            throw source.bad("a certificate; the file holds " + material.words());
        }
        return material.certificates();
    }

    private Optional<Identity> identity(
            Source cert,
            Source key,
            List<X509Certificate> bag,
            Optional<PrivateKey> secret,
            Optional<String> hostname) {
        Optional<X509Certificate> own = secret.flatMap(found -> bag.stream()
                .filter(candidate -> Chains.belongTogether(found, candidate.getPublicKey()))
                .findFirst());
        X509Certificate leaf = own.orElseGet(() -> Chains.leafOf(bag));
        if (secret.isPresent() && own.isEmpty()) {
            problems.error(key.expected("the private key of " + CertificateChecks.name(leaf) + " in " + cert.path()
                    + "; the two do not belong together"));
        }
        List<X509Certificate> chain = Chains.sorted(leaf, bag);
        CertificateChecks checks = new CertificateChecks(cert, clock, problems);
        checks.leaf(leaf, hostname);
        checks.chain(chain, bag);
        return secret.map(found -> new Identity(found, chain, problems.warnings()));
    }

    private void warnIfOpen(Source source) {
        Path path = source.path();
        if (FileAccess.isOpenToOthers(path)) {
            problems.warning(source.line("mode " + FileAccess.mode(path)
                    + " lets others than its owner read the secret; remedy: chmod 600 " + path));
        }
    }
}
