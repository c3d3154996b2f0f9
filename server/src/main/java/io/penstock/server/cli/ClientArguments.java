package io.penstock.server.cli;

import io.penstock.server.pki.IdentityFiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The {@link ClientOption}s of one command line. Every word has been looked at, no file has. */
final class ClientArguments {
    /** What {@link IdentityFiles} calls these options in its messages, after the root of all keys. */
    private static final String SECTION = "client";

    private final GivenOptions given;

    private ClientArguments(GivenOptions given) {
        this.given = given;
    }

    /**
     * Looks at them.
     *
     * @throws UsageException at the first that is wrong
     */
    static ClientArguments of(GivenOptions given) {
        ClientArguments arguments = new ClientArguments(given);
        arguments.versions();
        ClientOption.OF_TLS.stream()
                .filter(option -> arguments.isPlaintext() && given.has(option))
                .findFirst()
                .ifPresent(option -> {
                    throw given.both(ClientOption.PLAINTEXT.option(), option.option());
                });
        if (arguments.isInsecure() && arguments.ca().isPresent()) {
            throw given.both(ClientOption.INSECURE.option(), ClientOption.CA.option());
        }
        return arguments;
    }

    /** The host and port that a word names. */
    static Address target(GivenOptions given, String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(0, colon));
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        if (bare.isEmpty() || (!bracketed && bare.indexOf(':') >= 0)) {
            throw given.expected(text, "HOST:PORT, such as localhost:8000 or [::1]:8000");
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 1 && port <= 0xffff) {
                return new Address(bare, port);
            }
        } catch (NumberFormatException notANumber) {
            // Says the same as a number that is none of a port.
        }
        throw given.expected(text, "HOST:PORT with a port of 1..65535");
    }

    /** As JSSE names them; empty: all. */
    List<String> versions() {
        return given.text(ClientOption.TLS)
                .map(version -> {
                    if (!version.equals("1.2") && !version.equals("1.3")) {
                        throw given.expected(ClientOption.TLS.option() + " " + version, ClientOption.TLS.label());
                    }
                    return List.of("TLSv" + version);
                })
                .orElse(List.of());
    }

    List<String> alpn() {
        return given.text(ClientOption.ALPN)
                .map(names -> Arrays.stream(names.split(",", -1))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    Optional<String> serverName() {
        return given.text(ClientOption.SERVERNAME);
    }

    Optional<Path> ca() {
        return path(ClientOption.CA);
    }

    /** The client's certificate; empty when it has none. */
    Optional<IdentityFiles> identity() {
        IdentityFiles files = new IdentityFiles(
                SECTION, path(ClientOption.CERT), path(ClientOption.KEY), path(ClientOption.KEY_PASSWORD_FILE));
        return files.isDevelopment() ? Optional.empty() : Optional.of(files);
    }

    Optional<Path> keyPasswordFile() {
        return path(ClientOption.KEY_PASSWORD_FILE);
    }

    boolean isPlaintext() {
        return given.has(ClientOption.PLAINTEXT);
    }

    boolean isInsecure() {
        return given.has(ClientOption.INSECURE);
    }

    /** Names options in place of the keys that readers of files know. */
    static String inOptions(String line) {
        return line.replace("penstock." + SECTION + ".", "--")
                .replace("penstock.tls.client-ca", ClientOption.CA.option());
    }

    private Optional<Path> path(ClientOption option) {
        return given.text(option).map(Path::of);
    }
}
