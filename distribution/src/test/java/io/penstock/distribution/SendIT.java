package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock send} and {@code penstock check} beside {@code penstock serve}, as packaged. */
class SendIT {
    private final Path dir;

    SendIT(@TempDir Path dir) {
        this.dir = dir;
    }

    @Test
    void aFileArrivesByTheDevelopmentCertificateWithoutAnOption() throws IOException {
        Product product = Product.packaged(dir);
        Path file = Files.writeString(dir.resolve("orders.txt"), "one\ntwo, without an end");
        try (Server server = product.serve("--protocol", "lines")) {
            Product.Run run = product.run("send", "--protocol", "lines", "localhost:" + server.port(), file.toString());

            assertThat(run).isEqualTo(new Product.Run(0, "", ""));
            server.awaitOut("one\ntwo, without an end\n");
            server.awaitLog(" end of stream");
            server.stopWithoutLoss();
        }
    }

    @Test
    void whatIsTypedIsAnsweredAtOnce() throws IOException {
        Product product = Product.packaged(dir);
        try (Server server = product.serve("--processor", "echo");
                Running client = product.start("send", "localhost:" + server.port())) {
            OutputStream keyboard = client.process().getOutputStream();
            keyboard.write("typed\n".getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
            client.await("the reply", () -> client.out().equals("typed\n"));
            keyboard.close();

            assertThat(client.exit()).as(client.err()).isZero();
            assertThat(client.err()).isEmpty();
            server.stopWithoutLoss();
        }
    }

    @Test
    void aStrangersCertificateIsRefusedInOneLine() {
        try (Server server = Product.packaged(dir).serve()) {
            Product stranger = Product.packaged(dir).state(dir.resolve("stranger"));

            Product.Run run = stranger.run("send", "localhost:" + server.port());

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err())
                    .startsWith("penstock send: localhost:" + server.port()
                            + ": the server's certificate CN=localhost is" + " not trusted, as its issuer ")
                    .hasLineCount(1);
            server.awaitLog(" not opened after ");
        }
    }

    @Test
    void checkAgreesWithAServerThatRuns() {
        Product product = Product.packaged(dir);
        try (Server server = product.serve()) {
            String port = Integer.toString(server.port());
            Product.Run taken = product.run("check", "--host", "127.0.0.1", "--port", port);
            Product.Run free = product.run("check", "--host", "127.0.0.1", "--port", "0");

            assertThat(taken.code()).isEqualTo(2);
            assertThat(taken.out()).contains("fault        port " + port + " on 127.0.0.1 is in use: ");
            assertThat(free.code()).as(free.out()).isZero();
            assertThat(free.out())
                    .contains(server.ca().resolveSibling("dev-cert.pem").toString())
                    .endsWith("0 faults, 0 warnings: serve would start\n");
            server.stopWithoutLoss();
        }
    }
}
