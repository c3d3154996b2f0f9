package example;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.server.TlsServer;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.tls.TlsSettings;
import io.penstock.testkit.TestCa;
import io.penstock.testkit.TlsClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the library example in an actor system that is configured as a host's would be. */
class LengthServerTest {
    private final TestCa ca = new TestCa();

    @TempDir
    private Path directory;

    @Test
    void answersEveryLineWithItsLength() throws IOException {
        ActorTestKit kit = ActorTestKit.create("host", config(ca.serverSettings(directory, ClientAuth.NONE)));
        try {
            TlsServer server =
                    LengthServer.bind(kit.system()).toCompletableFuture().join();
            try (TlsClient client = TlsClient.connect(server.localAddress(), ca.clientContext(Optional.empty()))) {
                client.send("one\nthree\n\n");
                assertThat(client.readLine()).isEqualTo("3");
                assertThat(client.readLine()).isEqualTo("5");
                assertThat(client.readLine()).isEqualTo("0");
            }
            assertThat(server.drain().toCompletableFuture().join().lostFrames()).isZero();
        } finally {
            kit.shutdownTestKit();
        }
    }

    private static Config config(TlsSettings tls) {
        return ConfigFactory.parseMap(Map.of(
                        "penstock.host",
                        "127.0.0.1",
                        "penstock.port",
                        0,
                        "penstock.protocol",
                        "lines",
                        "penstock.tls.cert",
                        tls.certificate().cert().orElseThrow().toString(),
                        "penstock.tls.key",
                        tls.certificate().key().orElseThrow().toString()))
                .withFallback(ConfigFactory.load());
    }
}
