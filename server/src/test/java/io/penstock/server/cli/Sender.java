package io.penstock.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.PemFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code send} in a directory that is its home, too, and the CA of the servers that it is sent to. */
record Sender(Path directory) {
    static final CertificateAuthority CA = CertificateAuthority.create("Send test CA");
    static final Identity LOCALHOST = CA.server("localhost", "127.0.0.1");

    Sender {
        try {
            PemFiles.writeCertificates(ca(directory), List.of(CA.certificate()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Path ca(Path directory) {
        return directory.resolve("ca.pem");
    }

    Path ca() {
        return ca(directory);
    }

    /** The option by which the servers are trusted; without it they are not. */
    String trusted() {
        return "--ca=" + ca();
    }

    Run send(String input, String... words) {
        return send(new ByteArrayInputStream(input.getBytes(UTF_8)), words);
    }

    Run send(InputStream input, String... words) {
        List<String> all = new ArrayList<>(List.of("send"));
        all.addAll(List.of(words));
        return Run.typing(input, Map.of("PENSTOCK_HOME", directory.toString()), all.toArray(String[]::new));
    }

    /** With the reason in one line. */
    static Run failed(String address, String words) {
        return new Run(1, "", "penstock send: " + address + ": " + words + "\n");
    }
}
