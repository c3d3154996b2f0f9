package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames from one server to the next, by RELP over TLS with a client certificate. */
class ForwardIT {
    private static final CertificateAuthority CA = CertificateAuthority.create("Forward test CA");
    private static final List<String> LINES =
            IntStream.range(0, 5000).mapToObj(i -> "message " + i).toList();

    private final Path dir;
    private final Path ca;
    private final Path stored;

    ForwardIT(@TempDir Path dir) throws IOException {
        this.dir = dir;
        this.ca = dir.resolve("ca.pem");
        this.stored = dir.resolve("stored.log");
        PemFiles.writeCertificates(ca, List.of(CA.certificate()));
        write("server", CA.server("localhost"));
        write("client", CA.client("gate"));
        Files.write(dir.resolve("lines"), LINES);
    }

    private void write(String name, Identity identity) throws IOException {
        PemFiles.writeCertificates(dir.resolve(name + ".pem"), identity.chain());
        PemFiles.writeKey(dir.resolve(name + "-key.pem"), identity.key());
    }

    /** The one that stores, whom only clients of the CA may talk to. */
    private Server target(int port) {
        return serve(
                "target",
                "--port=" + port,
                "--cert=" + dir.resolve("server.pem"),
                "--key=" + dir.resolve("server-key.pem"),
                "--client-auth=required",
                "--client-ca=" + ca,
                "--processor=file",
                "--set=file.path=" + stored);
    }

    private Server gate(int... targets) {
        List<String> hosts =
                IntStream.of(targets).mapToObj(port -> "localhost:" + port).toList();
        return serve(
                "gate",
                "--processor=forward",
                "--set=forward.targets=" + String.join(",", hosts),
                "--set=forward.tls.ca=" + ca,
                "--set=forward.tls.cert=" + dir.resolve("client.pem"),
                "--set=forward.tls.key=" + dir.resolve("client-key.pem"));
    }

    private Server serve(String name, String... further) {
        List<String> words = new ArrayList<>(List.of("--protocol=relp", "--set=ack=stored"));
        words.addAll(List.of(further));
        return product(name).serve(words.toArray(String[]::new));
    }

    private Product product(String name) {
        return Product.packaged(dir.resolve(name));
    }

    /** Ends once everything has been acknowledged. */
    private Running send(Server gate) {
        return product("gate")
                .start(
                        "send",
                        "--protocol=relp",
                        "localhost:" + gate.port(),
                        dir.resolve("lines").toString());
    }

    @Test
    void aSenderIsToldWhatTheLastServerHasStored() throws IOException {
        try (Server target = target(0);
                Server gate = gate(target.port());
                Running client = send(gate)) {
            assertThat(client.exit()).as(client.err()).isZero();
            assertThat(stored).content().hasLineCount(LINES.size());
            assertThat(Files.readAllLines(stored)).isEqualTo(LINES);
            target.awaitLog("client CN=gate");
            gate.stopWithoutLoss();
            target.stopWithoutLoss();
        }
    }

    @Test
    void waitsForATargetThatIsDownAndLosesNothing() throws IOException {
        int port;
        try (Server target = target(0)) {
            port = target.port();
            target.stopWithoutLoss();
        }
        try (Server gate = gate(port);
                Running client = send(gate)) {
            gate.awaitLog("no target can be forwarded to: localhost:" + port);
            try (Server target = target(port)) {
                assertThat(client.exit()).as(client.err()).isZero();
                assertThat(Files.readAllLines(stored)).isEqualTo(LINES);
                gate.stopWithoutLoss();
                target.stopWithoutLoss();
            }
        }
    }

    @Test
    void takesTheNextTargetWhileTheFirstIsDown() throws IOException {
        int gone;
        try (Server first = target(0)) {
            gone = first.port();
            first.stopWithoutLoss();
        }
        try (Server second = target(0);
                Server gate = gate(gone, second.port());
                Running client = send(gate)) {
            assertThat(client.exit()).as(client.err()).isZero();
            assertThat(Files.readAllLines(stored)).isEqualTo(LINES);
            gate.awaitLog("forwarding to localhost:" + second.port());
        }
    }
}
