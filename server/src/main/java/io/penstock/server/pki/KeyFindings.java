package io.penstock.server.pki;

import io.penstock.server.pki.Finding.Kind;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The private keys beside a chain: whose they are, and who can read them. */
final class KeyFindings {
    private final List<ReadFile> files;
    private final List<X509Certificate> bag;
    private final List<PrivateKey> keys;

    KeyFindings(List<ReadFile> files, List<X509Certificate> bag) {
        this.files = files;
        this.bag = bag;
        this.keys = files.stream()
                .flatMap(file -> file.material().keys().stream())
                .distinct()
                .toList();
    }

    /** The certificate that goes with a key. */
    Optional<X509Certificate> own() {
        return keys.stream().flatMap(key -> certificateOf(key).stream()).findFirst();
    }

    private Optional<X509Certificate> certificateOf(PrivateKey key) {
        return bag.stream()
                .filter(candidate -> Chains.belongTogether(key, candidate.getPublicKey()))
                .findFirst();
    }

    /** What there is, in words; empty when there is none. */
    Optional<String> words() {
        if (keys.isEmpty()) {
            return files.stream().anyMatch(ReadFile::locked) ? Optional.of("encrypted, not read") : Optional.empty();
        }
        return Optional.of(own().map(certificate ->
                        PublicKeys.words(certificate.getPublicKey()) + ", goes with the first certificate")
                .orElse(keys.get(0).getAlgorithm() + ", goes with none of the certificates"));
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        if (keys.size() > 1) {
            findings.add(Finding.of(
                    Kind.SEVERAL_KEYS,
                    "there are " + keys.size() + " private keys",
                    "a server does not know which to use, and Penstock refuses to guess",
                    "keep the one of the certificate"));
        } else if (keys.size() == 1 && own().isEmpty()) {
            findings.add(mismatch());
        }
        files.stream().filter(ReadFile::locked).map(KeyFindings::locked).forEach(findings::add);
        files.stream()
                .filter(file -> file.holdsKey() && FileAccess.isOpenToOthers(file.path()))
                .map(KeyFindings::open)
                .forEach(findings::add);
        return findings;
    }

    private Finding mismatch() {
        ReadFile holder = files.stream().filter(ReadFile::holdsKey).findFirst().orElseThrow();
        X509Certificate leaf = Chains.leafOf(bag);
        return Finding.of(
                Kind.KEY_MISMATCH,
                "the private key in " + holder.path() + " is not the one of " + DistinguishedNames.subject(leaf),
                "no server can use the two together",
                "the key that the certificate was asked for with, whose public half is this one's",
                "openssl x509 -in " + certificateFile(leaf) + " -noout -pubkey; openssl pkey -in "
                        + Shell.file(holder.pem()) + " -pubout");
    }

    private String certificateFile(X509Certificate leaf) {
        return files.stream()
                .filter(file -> file.material().certificates().contains(leaf))
                .map(ReadFile::pem)
                .map(Shell::file)
                .findFirst()
                .orElse("chain.pem");
    }

    private static Finding locked(ReadFile file) {
        return Finding.of(
                Kind.KEY_LOCKED,
                "the private key in " + file.path() + " is encrypted and was not read",
                "whether it goes with the certificate stays unknown",
                "name the file with its password: --key-password-file FILE");
    }

    private static Finding open(ReadFile file) {
        return Finding.of(
                Kind.KEY_FILE_OPEN,
                file.path() + " has mode " + FileAccess.mode(file.path()),
                "others than its owner can read the private key in it",
                "close it to them",
                "chmod 600 " + Shell.file(file.path()));
    }
}
