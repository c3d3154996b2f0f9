package io.penstock.server.cli;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.DevelopmentCa;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.IdentityFiles;
import io.penstock.server.pki.IdentityLoader;
import io.penstock.server.pki.TrustFiles;
import io.penstock.server.pki.TrustLoader;
import io.penstock.server.tls.ClientSettings;
import io.penstock.server.tls.ClientTrust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes of a client's options, and of the files they name, the settings of its connections. */
final class ClientSetup {
    private final Terminal terminal;

    ClientSetup(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Reads the files.
     *
     * @throws InvalidSettingsException when one cannot be read or used
     */
    ClientSettings settings(ClientArguments arguments, Duration timeout) {
        try {
            return new ClientSettings(
                    arguments.isPlaintext() ? Optional.empty() : Optional.of(trust(arguments)),
                    arguments.identity().map(ClientSetup::load),
                    arguments.serverName(),
                    arguments.versions(),
                    arguments.alpn(),
                    timeout);
        } catch (InvalidSettingsException e) {
            throw new InvalidSettingsException(
                    e.problems().stream().map(ClientArguments::inOptions).toList());
        }
    }

    /** Says what nobody may overlook. */
    void warn(ClientArguments arguments) {
        if (arguments.isInsecure()) {
            terminal.err()
                    .println("warning: --insecure: the server's certificate is not checked; whoever is at the other end"
                            + " reads what is sent");
        }
    }

    /** A name that can be none of a server. */
    static UsageException notAName(String command, ClientArguments arguments, Address target) {
        return new UsageException(
                command,
                arguments.serverName().map(name -> "--servername " + name).orElse(target.host())
                        + " (expected: a DNS name or an address)");
    }

    /** Its warnings are about servers' certificates: whether clients would accept it. */
    private static Identity load(IdentityFiles files) {
        return IdentityLoader.load(files, Optional.empty(), Clock.systemUTC());
    }

    private ClientTrust trust(ClientArguments arguments) {
        if (arguments.isInsecure()) {
            return ClientTrust.ANYBODY;
        }
        Optional<Path> named = arguments.ca();
        if (named.isPresent()) {
            return ClientTrust.of(authorities(named.get(), arguments.keyPasswordFile()));
        }
        Path development = DevelopmentCa.home(terminal.environment()).resolve("dev-ca.pem");
        return ClientTrust.withSystemRoots(
                Files.isReadable(development) ? authorities(development, Optional.empty()) : List.of());
    }

    private static List<X509Certificate> authorities(Path file, Optional<Path> password) {
        return TrustLoader.load(
                        new TrustFiles(ClientAuth.REQUIRED, Optional.of(file), Optional.empty(), List.of(), password),
                        Clock.systemUTC())
                .authorities();
    }
}
