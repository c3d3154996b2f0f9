package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.processor.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Records whose boundaries fall anywhere in the stream, both ways, against two foreign implementations. A failure names
 * its seed. {@code -Dsuites.seeds=N} takes that many, {@code -Dsuites.seed=N} begins there.
 */
class RecordBoundariesTest {
    private static final int SEEDS = Integer.getInteger("suites.seeds", 6);
    private static final long FIRST = Long.getLong("suites.seed", 20261123L);

    @RegisterExtension
    static final PenstockExtension PENSTOCK = PenstockExtension.create().processor(() -> Session::send);

    static LongStream seeds() {
        return LongStream.range(FIRST, FIRST + SEEDS);
    }

    private static byte[] data(Random random) {
        byte[] data = new byte[1 + random.nextInt(300_000)];
        random.nextBytes(data);
        return data;
    }

    private static String version(Random random) {
        return random.nextBoolean() ? "TLSv1.3" : "TLSv1.2";
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void carryTheSameBytesWithJavasSocket(long seed) throws Exception {
        Random random = new Random(seed);
        byte[] data = data(random);
        SSLContext context = PENSTOCK.ca().clientContext(Optional.empty());
        try (Splitter splitter = new Splitter(PENSTOCK.server().localAddress(), seed);
                SSLSocket socket = connect(context, splitter.address(), version(random))) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(socket, data, random));
            assertThat(socket.getInputStream().readNBytes(data.length)).isEqualTo(data);
            writing.join();
        }
    }

    private static SSLSocket connect(SSLContext context, InetSocketAddress address, String version) throws IOException {
        Socket transport = new Socket(address.getAddress(), address.getPort());
        transport.setTcpNoDelay(true);
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(transport, "localhost", address.getPort(), true);
        socket.setEnabledProtocols(new String[] {version});
        socket.setSoTimeout(TlsClient.PATIENCE_MILLIS);
        socket.startHandshake();
        return socket;
    }

    private static void write(SSLSocket socket, byte[] data, Random random) {
        try {
            OutputStream out = socket.getOutputStream();
            for (int at = 0; at < data.length; ) {
                int most = random.nextInt(3) == 0 ? 40 : 40_000;
                int length = Math.min(data.length - at, 1 + random.nextInt(most));
                out.write(data, at, length);
                at += length;
                if (random.nextInt(40) == 0 && socket.getSession().getProtocol().equals("TLSv1.3")) {
                    socket.startHandshake(); // a KeyUpdate, in the middle of it all
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void carryTheSameBytesWithOpenssl(long seed, @TempDir Path directory) throws Exception {
        assumeTrue(hasOpenssl(), "openssl is not installed");
        Random random = new Random(seed);
        byte[] data = data(random);
        Path errors = directory.resolve("errors");
        try (Splitter splitter = new Splitter(PENSTOCK.server().localAddress(), seed)) {
            Process openssl = new ProcessBuilder(
                            "openssl",
                            "s_client",
                            "-quiet",
                            "-nocommands",
                            "-connect",
                            "127.0.0.1:" + splitter.address().getPort(),
                            "-servername",
                            "localhost",
                            version(random).equals("TLSv1.3") ? "-tls1_3" : "-tls1_2",
                            "-max_send_frag",
                            String.valueOf(512 + random.nextInt(15_000)))
                    .redirectError(errors.toFile())
                    .start();
            try {
                CompletableFuture<Void> writing =
                        CompletableFuture.runAsync(() -> transfer(data, openssl.getOutputStream()));
                byte[] echoed = openssl.getInputStream().readNBytes(data.length);
                assertThat(echoed).as(() -> text(errors)).isEqualTo(data);
                writing.join();
            } finally {
                openssl.destroy();
                openssl.waitFor(TlsClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private static void transfer(byte[] data, OutputStream out) {
        try {
            out.write(data);
            out.flush();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static boolean hasOpenssl() throws InterruptedException {
        try {
            return new ProcessBuilder("openssl", "version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
