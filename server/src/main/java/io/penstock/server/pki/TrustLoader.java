package io.penstock.server.pki;

import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Loads whose clients are accepted: the certificates that their chains must end in, from PEM, DER, PKCS#7 or a key
 * store, the lists of revoked ones, and the rules.
 */
public final class TrustLoader {
    private static final String WANTED = "CA certificates";

    private final TrustFiles named;
    private final Clock clock;
    private final FileAccess files;
    private final Problems problems;

    TrustLoader(TrustFiles named, Clock clock, FileAccess files, Problems problems) {
        this.named = named;
        this.clock = clock;
        this.files = files;
        this.problems = problems;
    }

    /**
     * Reads and checks what {@code tls.client-ca}, {@code tls.client-crl} and {@code tls.allowed-clients} name.
     *
     * @param clock judges validity
     * @throws io.penstock.protocol.InvalidSettingsException with every problem found
     */
    public static Trust load(TrustFiles named, Clock clock) {
        Problems problems = new Problems();
        Optional<Trust> trust = new TrustLoader(named, clock, FileAccess.SYSTEM, problems).load();
        problems.throwIfAny();
        return trust.orElseThrow();
    }

    /** Empty only when a problem has been noted. */
    Optional<Trust> load() {
        List<ClientRule> rules = rules();
        Optional<List<X509Certificate>> authorities = authorities();
        Optional<List<X509CRL>> lists = authorities.flatMap(this::lists);
        if (named.clientAuth() == ClientAuth.NONE) {
            warnOfUnused();
            return Optional.of(new Trust(ClientAuth.NONE, List.of(), List.of(), List.of(), problems.warnings()));
        }
        return lists.map(
                found -> new Trust(named.clientAuth(), authorities.orElseThrow(), found, rules, problems.warnings()));
    }

    private List<ClientRule> rules() {
        List<ClientRule> rules = new ArrayList<>();
        for (String text : named.allowed()) {
            try {
                rules.add(ClientRule.of(text));
            } catch (IllegalArgumentException e) {
                problems.error(Source.full(Source.ALLOWED_CLIENTS) + ": " + e.getMessage());
            }
        }
        return rules;
    }

    private Optional<List<X509Certificate>> authorities() {
        if (named.clientCa().isEmpty()) {
            if (named.clientAuth() == ClientAuth.NONE) {
                return Optional.of(List.of());
            }
            problems.error(Source.full(Source.CLIENT_CA) + ": nothing (expected: a file with " + WANTED + ", as "
                    + Source.full(Source.CLIENT_AUTH) + " is "
                    + named.clientAuth().name().toLowerCase(Locale.ROOT) + ")");
            return Optional.empty();
        }
        Source source = new Source(Source.CLIENT_CA, named.clientCa().get());
        Optional<List<X509Certificate>> authorities = problems.attempt(() -> read(source));
        authorities.ifPresent(found -> found.forEach(authority -> check(source, authority)));
        return authorities;
    }

    private Optional<List<X509CRL>> lists(List<X509Certificate> authorities) {
        Optional<Path> file = named.clientCrl();
        if (file.isEmpty() || authorities.isEmpty()) {
            return Optional.of(List.of());
        }
        Source source = new Source(Source.CLIENT_CRL, file.get());
        return problems.attempt(() -> new RevocationLists(source, files, problems).load(authorities, clock.instant()));
    }

    private void warnOfUnused() {
        String why = " (not used and clients are not asked for certificates, as " + Source.full(Source.CLIENT_AUTH)
                + " is none; remedy: set that to optional or required)";
        named.clientCa().ifPresent(file -> problems.warning(Source.full(Source.CLIENT_CA) + ": " + file + why));
        named.clientCrl().ifPresent(file -> problems.warning(Source.full(Source.CLIENT_CRL) + ": " + file + why));
        if (!named.allowed().isEmpty()) {
            problems.warning(Source.full(Source.ALLOWED_CLIENTS) + ": " + String.join(", ", named.allowed()) + why);
        }
    }

    /** A PKCS#12 store has to have the password of the key. */
    private List<X509Certificate> read(Source source) throws BadMaterialException {
        Password password = new Password(
                named.passwordFile()
                        .map(path -> new Source(IdentityFiles.DEFAULT_SECTION + "." + Source.KEY_PASSWORD_FILE, path)),
                files);
        Material material = new MaterialReader(files, password).read(source, WANTED, false);
        if (material.certificates().isEmpty()) {
            throw source.bad(WANTED + "; the file holds " + material.words());
        }
        if (material.others().stream().anyMatch(other -> other.endsWith("private key"))) {
            problems.warning(source.line("it holds a private key, too, which is not needed here"
                    + "; remedy: a file with the certificates alone"));
        }
        return material.certificates();
    }

    private void check(Source source, X509Certificate authority) {
        String name = CertificateChecks.name(authority);
        if (clock.instant().isAfter(authority.getNotAfter().toInstant())) {
            problems.warning(source.line(name + " expired on "
                    + authority.getNotAfter().toInstant() + " and is trusted all the same; remedy: remove it"));
        }
        boolean version3 = authority.getVersion() == 3;
        if (version3 && authority.getBasicConstraints() < 0) {
            problems.warning(source.line(name + " is not a CA, so that only this very certificate is accepted"
                    + "; remedy: the certificate of the CA that has issued it"));
        }
    }
}
