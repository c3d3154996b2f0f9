package io.penstock.testkit;

import io.penstock.server.pki.Identity;
import io.penstock.server.pki.PemFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code openssl s_client}, as a client that tells which alert it got. */
final class SClient {
    private static final Pattern ALERT = Pattern.compile("alert number (\\d+)");

    private SClient() {}

    /**
     * Connects and waits until the server ends it. In TLS 1.3 a client learns after its own handshake that it is
     * refused, so that its standard input stays open.
     *
     * @param dir for its files
     * @param version {@code -tls1_3} or {@code -tls1_2}
     */
    static int alert(Path dir, int port, String version, Optional<Identity> client)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port, version, "-servername", "localhost"));
        if (client.isPresent()) {
            Path file = dir.resolve("client.pem");
            PemFiles.writeIdentity(file, client.get());
            command.addAll(List.of("-cert", file.toString(), "-cert_chain", file.toString(), "-key", file.toString()));
        }
        Path output = dir.resolve("s_client.out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(TlsClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            String said = Files.readString(output, StandardCharsets.ISO_8859_1);
            Matcher alert = ALERT.matcher(said);
            if (!ended || !alert.find()) {
                throw new AssertionError("no alert: " + said);
            }
            return Integer.parseInt(alert.group(1));
        } finally {
            process.destroyForcibly();
        }
    }
}
