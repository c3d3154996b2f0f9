package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.Session;
import io.penstock.server.ReloadResult;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.PemFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that change under a running server, as the tools of the trade change them. */
class CertificateReloadTest {
    private static final int CLIENTS = 200;
    private static final int LANES = 8;

    @RegisterExtension
    final PenstockExtension penstock;

    private final Path dir;

    CertificateReloadTest(@TempDir Path dir) throws IOException {
        this.dir = dir;
        penstock = PenstockExtension.create()
                .with("protocol", "lines")
                .with("tls.cert", dir.resolve("live/fullchain.pem").toString())
                .with("tls.key", dir.resolve("live/privkey.pem").toString())
                .processor(() -> Session::send);
        Files.createDirectories(dir.resolve("live"));
        certbot(penstock.ca().server("localhost"), 1);
    }

    /** As certbot does it: files in an archive, links to them where they are used. */
    private void certbot(Identity identity, int version) throws IOException {
        Path archive = Files.createDirectories(dir.resolve("archive"));
        Path cert = archive.resolve("fullchain" + version + ".pem");
        Path key = archive.resolve("privkey" + version + ".pem");
        PemFiles.writeCertificates(cert, identity.chain());
        PemFiles.writeKey(key, identity.key());
        link(dir.resolve("live/privkey.pem"), key);
        link(dir.resolve("live/fullchain.pem"), cert);
    }

    private static void link(Path link, Path target) throws IOException {
        Path aside = link.resolveSibling(link.getFileName() + ".new");
        Files.createSymbolicLink(aside, target);
        Files.move(aside, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private SSLSocket handshake(SSLContext context) throws IOException {
        InetSocketAddress address = penstock.server().localAddress();
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(
                        new Socket(address.getAddress(), address.getPort()), "localhost", address.getPort(), true);
        socket.setSoTimeout(TlsClient.PATIENCE_MILLIS);
        socket.startHandshake();
        return socket;
    }

    /** Of a new handshake; a new context resumes nothing. */
    private BigInteger serial() {
        try (SSLSocket socket = handshake(penstock.ca().clientContext(Optional.empty()))) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitSerial(Identity identity) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TlsClient.PATIENCE_MILLIS);
        while (!serial().equals(identity.leaf().getSerialNumber())) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    @Test
    @Timeout(60)
    void reachNewHandshakesAndDisturbNobody() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(LANES + 1);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger rounds = new AtomicInteger();
        try {
            List<Future<?>> lanes = new ArrayList<>();
            List<CompletableFuture<Void>> connected = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                CompletableFuture<Void> ready = new CompletableFuture<>();
                connected.add(ready);
                lanes.add(threads.submit(() -> {
                    send(CLIENTS / LANES, ready, over, rounds);
                    return null;
                }));
            }
            CompletableFuture.allOf(connected.toArray(new CompletableFuture<?>[0]))
                    .join();
            List<BigInteger> serials = new ArrayList<>();
            Future<?> handshakes = threads.submit(() -> {
                while (!over.get()) {
                    serials.add(serial());
                }
            });
            Identity second = penstock.ca().server("localhost");
            certbot(second, 2);
            awaitSerial(second);

            int before = rounds.get();
            while (rounds.get() < before + CLIENTS) {
                assertThat(serial()).isEqualTo(second.leaf().getSerialNumber());
            }
            over.set(true);
            handshakes.get();
            for (Future<?> lane : lanes) {
                lane.get();
            }
            assertThat(serials.stream()
                            .dropWhile(serial -> !serial.equals(second.leaf().getSerialNumber())))
                    .allMatch(second.leaf().getSerialNumber()::equals);
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    /** Clients that send and are answered, one after the other, until it is over; a failure of any is one of this. */
    private void send(int clients, CompletableFuture<Void> ready, AtomicBoolean over, AtomicInteger rounds)
            throws IOException {
        List<SSLSocket> sockets = new ArrayList<>();
        try {
            SSLContext context = penstock.ca().clientContext(Optional.empty());
            for (int i = 0; i < clients; i++) {
                sockets.add(handshake(context));
            }
            ready.complete(null);
            while (!over.get()) {
                for (SSLSocket socket : sockets) {
                    socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
                    assertThat(socket.getInputStream().readNBytes(6)).asString().isEqualTo("hello\n");
                    rounds.incrementAndGet();
                }
            }
        } finally {
            ready.complete(null);
            for (SSLSocket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void areFoundBehindALinkAboveTheFile() throws Exception {
        // Kubernetes: every file is a link into ..data, which is a link that is swapped.
        Path volume = Files.createDirectory(dir.resolve("volume"));
        Identity one = penstock.ca().server("localhost");
        Identity two = penstock.ca().server("localhost");
        for (int version = 1; version <= 2; version++) {
            Path data = Files.createDirectory(volume.resolve("..version" + version));
            Identity identity = version == 1 ? one : two;
            PemFiles.writeCertificates(data.resolve("tls.crt"), identity.chain());
            PemFiles.writeKey(data.resolve("tls.key"), identity.key());
        }
        link(volume.resolve("..data"), Path.of("..version1"));
        Files.createSymbolicLink(volume.resolve("tls.crt"), Path.of("..data", "tls.crt"));
        Files.createSymbolicLink(volume.resolve("tls.key"), Path.of("..data", "tls.key"));
        link(dir.resolve("live/privkey.pem"), volume.resolve("tls.key"));
        link(dir.resolve("live/fullchain.pem"), volume.resolve("tls.crt"));
        awaitSerial(one);

        link(volume.resolve("..data"), Path.of("..version2"));

        awaitSerial(two);
    }

    @Test
    void areTakenOverOnRequest() throws Exception {
        Identity second = penstock.ca().server("localhost");
        certbot(second, 3);

        ReloadResult result =
                penstock.server().reload().toCompletableFuture().get(TlsClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);

        assertThat(result).isIn(new ReloadResult.Reloaded(List.of(second.summary())), new ReloadResult.Unchanged());
        assertThat(serial()).isEqualTo(second.leaf().getSerialNumber());
    }
}
