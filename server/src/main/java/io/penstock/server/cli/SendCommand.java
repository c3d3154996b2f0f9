package io.penstock.server.cli;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.DevelopmentCa;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.IdentityLoader;
import io.penstock.server.pki.TrustFiles;
import io.penstock.server.pki.TrustLoader;
import io.penstock.server.tls.ClientConnection;
import io.penstock.server.tls.ClientSettings;
import io.penstock.server.tls.ClientTrust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Sends files or stdin to a server and prints what it answers. */
final class SendCommand {
    private static final int OK = 0;
    private static final int FAILED = 1;

    private final Terminal terminal;

    SendCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Runs.
     *
     * @return 0 when everything was written, and acknowledged where the protocol does that, and the server ended in order;
     *     else 1
     * @throws InvalidSettingsException when a file cannot be read or used; nothing has been sent
     */
    int run(SendArguments arguments) {
        SendInput input = new SendInput(arguments.inputs(), terminal.in(), arguments.protocol());
        input.check();
        ClientSettings settings = settings(arguments);
        if (arguments.isInsecure()) {
            terminal.err()
                    .println("warning: --insecure: the server's certificate is not checked; whoever is at the other end"
                            + " reads what is sent");
        }
        Address target = arguments.target();
        SendFraming framing = SendFraming.of(arguments.protocol(), arguments.timeout());
        try (ClientConnection connection = ClientConnection.connect(settings, target.host(), target.port())) {
            new SendExchange(connection, input, framing, new SendOutput(terminal.out(), terminal.outIsTerminal()))
                    .run(arguments.timeout(), arguments.waits());
            return OK;
        } catch (IOException e) {
            return failed(target + ": " + e.getMessage() + framing.account());
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    SendArguments.COMMAND,
                    arguments.serverName().map(name -> "--servername " + name).orElse(target.host())
                            + " (expected: a DNS name or an address)");
        }
    }

    private int failed(String words) {
        terminal.err().println(Printable.line(SendArguments.COMMAND + ": " + words));
        return FAILED;
    }

    private ClientSettings settings(SendArguments arguments) {
        try {
            return new ClientSettings(
                    arguments.isPlaintext() ? Optional.empty() : Optional.of(trust(arguments)),
                    arguments.identity().map(SendCommand::load),
                    arguments.serverName(),
                    arguments.versions(),
                    arguments.alpn(),
                    arguments.timeout());
        } catch (InvalidSettingsException e) {
            throw new InvalidSettingsException(
                    e.problems().stream().map(SendArguments::inOptions).toList());
        }
    }

    /** Its warnings are about servers' certificates: whether clients would accept it. */
    private static Identity load(io.penstock.server.pki.IdentityFiles files) {
        return IdentityLoader.load(files, Optional.empty(), Clock.systemUTC());
    }

    private ClientTrust trust(SendArguments arguments) {
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
