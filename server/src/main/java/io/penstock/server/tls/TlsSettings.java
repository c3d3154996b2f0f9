package io.penstock.server.tls;

import io.penstock.protocol.SettingsReader;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.IdentityFiles;
import io.penstock.server.pki.TrustFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything under {@code penstock.tls}. Nothing has been read from files yet.
 *
 * @param certificate shown where no other is for the name that a client asks for
 * @param others further certificates, each with a section of its own, {@code tls.certificates.NAME}
 * @param strictSni whether a client that asks for a name that no certificate covers, or for none, is refused
 * @param trust whose client certificates are accepted
 * @param policy versions, suites, groups, application protocols, resumption
 * @param engine the TLS implementation
 * @param reloadInterval how often the files are looked at; empty: only when asked
 */
public record TlsSettings(
        IdentityFiles certificate,
        List<IdentityFiles> others,
        boolean strictSni,
        TrustFiles trust,
        PolicySettings policy,
        EngineChoice engine,
        Optional<Duration> reloadInterval) {

    /** A TLS implementation. */
    public enum EngineChoice {
        /** The native one where it loads, else the JDK's. */
        AUTO,
        /** The one of the Java runtime. */
        JDK,
        /** BoringSSL; where it does not load, the server does not start. */
        NATIVE
    }

    private static final Duration RELOAD_INTERVAL = Duration.ofMillis(500);

    public TlsSettings {
        others = List.copyOf(others);
    }

    /** The development CA's leaf, nothing asked of clients. */
    public static TlsSettings development() {
        return of(IdentityFiles.DEVELOPMENT, TrustFiles.NONE);
    }

    /** One certificate, and the defaults for everything else. */
    public static TlsSettings of(IdentityFiles certificate, TrustFiles trust) {
        return new TlsSettings(
                certificate,
                List.of(),
                false,
                trust,
                PolicySettings.INTERMEDIATE,
                EngineChoice.AUTO,
                Optional.of(RELOAD_INTERVAL));
    }

    /** Reads {@code penstock.tls}; problems are left in the reader. */
    public static TlsSettings read(SettingsReader reader) {
        return new TlsSettings(
                identity(reader, IdentityFiles.DEFAULT_SECTION),
                reader.sections("tls.certificates").stream()
                        .map(section -> identity(reader, section))
                        .toList(),
                reader.flag("tls.strict-sni"),
                trust(reader),
                PolicySettings.read(reader),
                reader.choice("tls.engine", EngineChoice.class),
                reader.durationOrOff("tls.reload-interval"));
    }

    private static IdentityFiles identity(SettingsReader reader, String section) {
        return new IdentityFiles(
                section,
                reader.optionalPath(section + ".cert"),
                reader.optionalPath(section + ".key"),
                reader.optionalPath(section + ".key-password-file"));
    }

    private static TrustFiles trust(SettingsReader reader) {
        return new TrustFiles(
                reader.choice("tls.client-auth", ClientAuth.class),
                reader.optionalPath("tls.client-ca"),
                reader.optionalPath("tls.client-crl"),
                reader.texts("tls.allowed-clients"),
                reader.optionalPath("tls.key-password-file"));
    }

    /** The same with another default certificate. */
    public TlsSettings withCertificate(IdentityFiles other) {
        return new TlsSettings(other, others, strictSni, trust, policy, engine, reloadInterval);
    }

    /** Every file that is named. */
    Set<Path> files() {
        Set<Path> files = new LinkedHashSet<>();
        Stream.concat(Stream.of(certificate), others.stream()).forEach(named -> {
            named.cert().ifPresent(files::add);
            named.key().ifPresent(files::add);
            named.keyPasswordFile().ifPresent(files::add);
        });
        trust.clientCa().ifPresent(files::add);
        trust.clientCrl().ifPresent(files::add);
        trust.passwordFile().ifPresent(files::add);
        return files;
    }
}
