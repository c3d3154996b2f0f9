package io.penstock.server.tls;

import io.penstock.processor.Outbound;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.IdentityFiles;
import io.penstock.server.pki.IdentityLoader;
import io.penstock.server.pki.TrustFiles;
import io.penstock.server.pki.TrustLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Connects the {@code forward} processor to its targets. Files are read for each connection, so that a renewed certificate
 * is shown from the next one on.
 *
 * @param ca what the target's chain must end in; empty: what the Java runtime trusts
 * @param identity shown when the target asks; empty: none
 * @param serverName the name that the target's certificate must cover; empty: its host's
 */
public record ForwardConnector(
        boolean plaintext,
        Optional<Path> ca,
        Optional<IdentityFiles> identity,
        Optional<String> serverName,
        Duration timeout)
        implements Outbound.Connector {
    private static final String SECTION = "forward.tls";

    /** Reads {@code forward.tls}; problems, also with the files, are left in the reader. */
    public static Outbound.Connector read(SettingsReader reader) {
        IdentityFiles files = new IdentityFiles(
                SECTION,
                reader.optionalPath(SECTION + ".cert"),
                reader.optionalPath(SECTION + ".key"),
                reader.optionalPath(SECTION + ".key-password-file"));
        ForwardConnector connector = new ForwardConnector(
                reader.flag("forward.plaintext"),
                reader.optionalPath(SECTION + ".ca"),
                Optional.of(files).filter(named -> !named.isDevelopment()),
                reader.optionalText(SECTION + ".server-name"),
                reader.duration("forward.timeout"));
        try {
            connector.settings();
        } catch (InvalidSettingsException e) {
            e.problems().stream().map(reader.names()::in).forEach(reader::problem);
        }
        return connector;
    }

    private ClientSettings settings() {
        return new ClientSettings(
                plaintext ? Optional.empty() : Optional.of(trust()),
                identity.map(ForwardConnector::load),
                serverName,
                List.of(),
                List.of(),
                timeout);
    }

    private ClientTrust trust() {
        return ca.map(ForwardConnector::authorities).orElseGet(() -> ClientTrust.withSystemRoots(List.of()));
    }

    private static ClientTrust authorities(Path file) {
        TrustFiles files =
                new TrustFiles(ClientAuth.REQUIRED, Optional.of(file), Optional.empty(), List.of(), Optional.empty());
        try {
            return ClientTrust.of(TrustLoader.load(files, Clock.systemUTC()).authorities());
        } catch (InvalidSettingsException e) {
            throw new InvalidSettingsException(e.problems().stream()
                    .map(line -> line.replace("penstock.tls.client-ca", "penstock." + SECTION + ".ca"))
                    .toList());
        }
    }

    private static Identity load(IdentityFiles files) {
        return IdentityLoader.load(files, Optional.empty(), Clock.systemUTC());
    }

    @Override
    public Outbound connect(String host, int port) throws IOException {
        try {
            return ClientConnection.connect(settings(), host, port);
        } catch (InvalidSettingsException e) {
            throw new IOException(String.join("; ", e.problems()), e);
        } catch (IllegalArgumentException e) {
            throw new IOException("the name " + serverName.orElse(host) + " cannot be a server's", e);
        }
    }
}
