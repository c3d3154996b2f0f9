package io.penstock.server.pki;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Certificates that somebody trusts, by who does. A group is read only when those before it do not know a chain. */
final class Roots {
    private static final List<Path> BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/cert.pem"));

    private final List<Group> groups;

    private Roots(List<Group> groups) {
        this.groups = groups;
    }

    /**
     * Some who trust.
     *
     * @param words who, for messages
     * @param isPublic whether these are the CAs that browsers trust
     */
    private record Group(String words, boolean isPublic, Supplier<List<X509Certificate>> certificates) {}

    /**
     * The root that vouches for a chain.
     *
     * @param certified as many certificates of the chain, from the leaf on, as it takes to get to it
     */
    record Anchor(X509Certificate certificate, String whose, boolean isPublic, int certified) {}

    /** What Java trusts: enough to know that a chain lacks nothing. */
    static Roots ofJava() {
        return new Roots(List.of(new Group("Java", true, Roots::java)));
    }

    /** These alone. */
    static Roots only(String words, List<X509Certificate> certificates) {
        return new Roots(List.of(new Group(words, false, () -> certificates)));
    }

    /** The development CA, what Java trusts, what the system does. */
    static Roots ofThisMachine(Optional<X509Certificate> development) {
        return new Roots(List.of(
                new Group(
                        "the development CA", false, () -> development.stream().toList()),
                new Group("Java", true, Roots::java),
                new Group("this system", true, Roots::system)));
    }

    /** Whether it takes nothing more than these to trust a certificate. */
    boolean haveIssued(X509Certificate certificate) {
        return anchor(List.of(certificate)).isPresent();
    }

    /** The first that is in the chain, or has issued one that is. */
    Optional<Anchor> anchor(List<X509Certificate> chain) {
        return groups.stream().flatMap(group -> anchors(group, chain)).findFirst();
    }

    private static Stream<Anchor> anchors(Group group, List<X509Certificate> chain) {
        List<X509Certificate> roots = group.certificates().get();
        List<Anchor> anchors = new ArrayList<>();
        for (int i = 0; i < chain.size() && anchors.isEmpty(); i++) {
            X509Certificate certificate = chain.get(i);
            int certified = i;
            for (X509Certificate root : roots) {
                if (root.equals(certificate)) {
                    anchors.add(new Anchor(root, group.words(), group.isPublic(), certified));
                } else if (Chains.issued(root, certificate)) {
                    anchors.add(new Anchor(root, group.words(), group.isPublic(), certified + 1));
                }
            }
        }
        return anchors.stream();
    }

    private static List<X509Certificate> java() {
        Path file = Path.of(System.getProperty("java.home"), "lib", "security", "cacerts");
        List<X509Certificate> roots = new ArrayList<>();
        try {
            KeyStore known = KeyStore.getInstance(file.toFile(), (char[]) null);
            for (String alias : Collections.list(known.aliases())) {
                if (known.getCertificate(alias) instanceof X509Certificate root) {
                    roots.add(root);
                }
            }
        } catch (GeneralSecurityException | IOException e) {
            // Without Java's store there are the system's.
            return List.of();
        }
        return roots;
    }

    private static List<X509Certificate> system() {
        Optional<Path> bundle = BUNDLES.stream().filter(Files::isReadable).findFirst();
        if (bundle.isEmpty()) {
            return List.of();
        }
        try (InputStream in = Files.newInputStream(bundle.get())) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (GeneralSecurityException | IOException e) {
            return List.of();
        }
    }
}
