package io.penstock.server.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The files of the development CA. Whatever is missing, broken or does not fit counts as absent. */
final class DevelopmentStore {
    private static final Duration CA_VALIDITY = Duration.ofDays(3650);
    /** Below the 398 days that some clients allow. */
    private static final Duration LEAF_VALIDITY = Duration.ofDays(365);

    private static final int DNS = 2;
    private static final int IP = 7;
    /** As much of a host's name as fits into a common name of 64 characters. */
    private static final int MAX_HOST = 17;

    private final Path caFile;
    private final Path caKeyFile;
    private final Path leafFile;
    private final Path leafKeyFile;
    private final Instant now;

    DevelopmentStore(Path home, Clock clock) {
        this.caFile = home.resolve("dev-ca.pem");
        this.caKeyFile = home.resolve("dev-ca-key.pem");
        this.leafFile = home.resolve("dev-cert.pem");
        this.leafKeyFile = home.resolve("dev-key.pem");
        this.now = clock.instant();
    }

    /** What is there, if it is good for these names and for some time. The CA's key is not needed for that. */
    Optional<DevelopmentFiles> kept(Set<String> names) {
        Optional<X509Certificate> ca = certificates(caFile).stream().findFirst();
        return ca.flatMap(found -> identity(leafFile, leafKeyFile)
                .filter(leaf -> leaf.chain().equals(List.of(leaf.leaf(), found)))
                .map(Identity::leaf)
                .filter(leaf -> Chains.issued(found, leaf))
                .filter(leaf -> lasts(found, CertificateChecks.EXPIRES_SOON))
                .filter(leaf -> lasts(leaf, CertificateChecks.EXPIRES_SOON))
                .filter(leaf -> HostNames.of(leaf).containsAll(names))
                .map(leaf -> files(leaf, DevelopmentFiles.Action.KEPT)));
    }

    /** The names of the leaf that is there, expired or not; none when it is not the CA's. */
    Set<String> storedNames() {
        List<X509Certificate> leaf = certificates(leafFile);
        List<X509Certificate> ca = certificates(caFile);
        boolean ours = !leaf.isEmpty() && !ca.isEmpty() && Chains.issued(ca.get(0), leaf.get(0));
        return new LinkedHashSet<>(ours ? HostNames.of(leaf.get(0)) : List.of());
    }

    /** Whether there is a CA that somebody may trust, good or not. */
    boolean hasCa() {
        return Files.exists(caFile);
    }

    /** The CA that is there, if it outlives a new leaf and may issue for these names. */
    Optional<Identity> usableCa(Set<String> names) {
        return identity(caFile, caKeyFile)
                .filter(ca -> ca.leaf().getBasicConstraints() >= 0)
                .filter(ca -> lasts(ca.leaf(), LEAF_VALIDITY))
                .filter(ca -> permits(ca.leaf(), names));
    }

    private static boolean permits(X509Certificate ca, Set<String> names) {
        try {
            X509CertSelector selector = new X509CertSelector();
            for (String name : names) {
                selector.addPathToName(HostNames.address(name).isPresent() ? IP : DNS, name);
            }
            return ca.getExtensionValue("2.5.29.30") != null && selector.match(ca);
        } catch (IOException e) {
            return false;
        }
    }

    private boolean lasts(X509Certificate certificate, Duration span) {
        return !now.isBefore(certificate.getNotBefore().toInstant())
                && now.plus(span).isBefore(certificate.getNotAfter().toInstant());
    }

    Identity createCa(Set<String> names) throws IOException {
        List<String> permitted = new ArrayList<>(List.of("127.0.0.0/8", "::1/128"));
        names.stream().map(DevelopmentStore::constraint).forEach(permitted::add);
        permitted.removeIf(name -> name.startsWith("127.0.0.1/") || name.startsWith("0:0:0:0:0:0:0:1/"));
        Identity ca = CertificateAuthority.create(CertificateSpec.authority(subject(names))
                        .validFor(now, CA_VALIDITY)
                        .permitted(permitted))
                .identity();
        PemFiles.writeKey(caKeyFile, ca.key());
        PemFiles.writeCertificates(caFile, ca.chain());
        return ca;
    }

    private static String constraint(String name) {
        return HostNames.address(name)
                .map(address -> name + (address.getAddress().length == 4 ? "/32" : "/128"))
                .orElse(name);
    }

    /** The first name that is not of every machine says whose CA it is. */
    private static String subject(Set<String> names) {
        String host = names.stream()
                .filter(name ->
                        !name.equals("localhost") && HostNames.address(name).isEmpty())
                .findFirst()
                .orElse("localhost");
        String label = host.contains(".") && host.length() > MAX_HOST ? host.substring(0, host.indexOf('.')) : host;
        String shown = label.substring(0, Math.min(label.length(), MAX_HOST));
        return "Penstock development CA (" + shown + ", not for production)";
    }

    DevelopmentFiles issue(Identity ca, Set<String> names, DevelopmentFiles.Action action) throws IOException {
        Identity leaf = CertificateAuthority.of(ca)
                .issue(CertificateSpec.server("localhost")
                        .names(List.copyOf(names))
                        .validFor(now, LEAF_VALIDITY));
        PemFiles.writeKey(leafKeyFile, leaf.key());
        PemFiles.writeCertificates(leafFile, List.of(leaf.leaf(), ca.leaf()));
        return files(leaf.leaf(), action);
    }

    private DevelopmentFiles files(X509Certificate leaf, DevelopmentFiles.Action action) {
        return new DevelopmentFiles(
                caFile,
                leafFile,
                leafKeyFile,
                action,
                HostNames.of(leaf),
                leaf.getNotAfter().toInstant());
    }

    private static Optional<Identity> identity(Path certificateFile, Path keyFile) {
        List<X509Certificate> chain = certificates(certificateFile);
        return material(keyFile)
                .map(Material::keys)
                .filter(keys -> keys.size() == 1 && !chain.isEmpty())
                .flatMap(keys -> {
                    PrivateKey key = keys.get(0);
                    return Chains.belongTogether(key, chain.get(0).getPublicKey())
                            ? Optional.of(new Identity(key, chain))
                            : Optional.empty();
                });
    }

    private static List<X509Certificate> certificates(Path file) {
        return material(file).map(Material::certificates).orElse(List.of());
    }

    private static Optional<Material> material(Path file) {
        FileAccess files = FileAccess.SYSTEM;
        MaterialReader reader = new MaterialReader(files, new Password(Optional.empty(), files));
        try {
            return Optional.of(reader.read(new Source("development certificate", file), "PEM", true));
        } catch (BadMaterialException e) {
            return Optional.empty();
        }
    }
}
