package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.testkit.TlsClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hundred clients at once, into one file. */
class ManyClientsIT {
    private static final int CLIENTS = 200;
    private static final int LINES = 100;
    private static final int LONGEST_WRITE = 20;

    private final Path dir;

    ManyClientsIT(@TempDir Path dir) {
        this.dir = dir;
    }

    @Test
    void eachArrivesWholeInOrderAndUnmixed() throws IOException, InterruptedException, ExecutionException {
        Path file = dir.resolve("received.log");
        try (Server server = Product.packaged(dir)
                .serve("--protocol", "lines", "--processor", "file", "--set", "file.path=" + file)) {
            sendAll(server);
            server.stopWithoutLoss();
            assertThat(server.out()).isEmpty();
        }
        Map<String, List<String>> received = Files.readAllLines(file).stream()
                .collect(Collectors.groupingBy(
                        line -> line.substring(0, Math.min(line.length(), "client 000".length()))));
        Map<String, List<String>> sent = IntStream.range(0, CLIENTS)
                .boxed()
                .collect(Collectors.toMap(ManyClientsIT::name, ManyClientsIT::lines));
        assertThat(received).isEqualTo(sent);
    }

    private static void sendAll(Server server) throws InterruptedException, ExecutionException {
        SSLContext context = server.context();
        CountDownLatch together = new CountDownLatch(CLIENTS);
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<String>> ends = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                ends.add(threads.submit(() -> {
                    try (TlsClient client = server.connect(context)) {
                        together.countDown();
                        together.await();
                        send(client, number);
                        // The server's close_notify comes when everything has been processed.
                        return client.endStream().readAll();
                    }
                }));
            }
            for (Future<String> end : ends) {
                assertThat(end.get()).isEmpty();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void send(TlsClient client, int number) {
        Random random = new Random(number);
        byte[] text = (String.join("\n", lines(number)) + "\n").getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at < text.length; ) {
            int end = Math.min(text.length, at + 1 + random.nextInt(LONGEST_WRITE));
            client.send(Arrays.copyOfRange(text, at, end));
            at = end;
        }
    }

    private static String name(int client) {
        return String.format("client %03d", client);
    }

    private static List<String> lines(int client) {
        return IntStream.range(0, LINES)
                .mapToObj(line -> name(client) + " line " + line + " and some more")
                .toList();
    }
}
