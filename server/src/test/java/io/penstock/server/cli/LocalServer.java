package io.penstock.server.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.ProcessorSupervisor;
import io.penstock.processor.SupervisionSettings;
import io.penstock.server.EventLog;
import io.penstock.server.ServerSettings;
import io.penstock.server.TlsServer;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.PemFiles;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;

/** A server of ours on a free port of 127.0.0.1. */
final class LocalServer implements AutoCloseable {
    private final ActorTestKit kit = ActorTestKit.create();
    private final TlsServer server;

    private LocalServer(ProcessorFactory processors, String settings) {
        Config config = ConfigFactory.parseString("penstock { host = 127.0.0.1, port = 0\n" + settings + "}")
                .withFallback(ConfigFactory.load());
        server = TlsServer.bind(
                        kit.system(),
                        ServerSettings.from(config),
                        ProcessorSupervisor.create(processors, SupervisionSettings.from(config)),
                        EventLog.create())
                .toCompletableFuture()
                .join();
    }

    /** With this certificate, whose files go to a directory. */
    static LocalServer tls(Path directory, Identity identity, ProcessorFactory processors, String... settings)
            throws IOException {
        Path cert = directory.resolve("server.pem");
        Path key = directory.resolve("server.key");
        PemFiles.writeCertificates(cert, identity.chain());
        PemFiles.writeKey(key, identity.key());
        return new LocalServer(
                processors,
                "tls.cert = " + quoted(cert) + "\ntls.key = " + quoted(key) + "\n" + String.join("\n", settings));
    }

    static LocalServer plaintext(ProcessorFactory processors) {
        return new LocalServer(processors, "plaintext = true");
    }

    static String quoted(Path path) {
        return ConfigUtil.quoteString(path.toString());
    }

    /** A port on which nothing listens. */
    static int portOfNobody() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            return taken.getLocalPort();
        }
    }

    /** {@code localhost:PORT}. */
    String address() {
        return "localhost:" + server.localAddress().getPort();
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
