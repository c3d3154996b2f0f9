package io.penstock.server.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code cert show} is to look at: a file, or a server. */
sealed interface CertShowTarget {
    /** A file that holds certificates, or their key. */
    record OfFile(Path path) implements CertShowTarget {}

    /** A server; an IPv6 address without its brackets. */
    record OfServer(String host, int port) implements CertShowTarget {
        private static final Pattern ADDRESS =
                Pattern.compile("(?:\\[([0-9A-Fa-f:.%\\w]+)]|([^:/\\[\\]]+)):(\\d{1,5})");
        private static final int MAX_PORT = 65_535;

        private static Optional<CertShowTarget> of(String word) {
            Matcher matcher = ADDRESS.matcher(word);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            int port = Integer.parseInt(matcher.group(3));
            String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            return port < 1 || port > MAX_PORT ? Optional.empty() : Optional.of(new OfServer(host, port));
        }

        @Override
        public String toString() {
            return new Address(host, port).toString();
        }
    }

    /** A word is a file if there is one of that name, else a server if it looks like its address. */
    static CertShowTarget of(String word) {
        Path path = Path.of(word);
        return Files.exists(path) ? new OfFile(path) : OfServer.of(word).orElseGet(() -> new OfFile(path));
    }
}
