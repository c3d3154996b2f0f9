package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.Ledger;
import com.acme.Orders;
import io.penstock.testkit.TlsClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM, in the middle of everything. */
class StopIT {
    private static final int CLIENTS = 4;
    private static final int ANSWERS_BEFORE = 50;

    @TempDir
    static Path shared;

    private static Product product;

    private final Path dir;

    StopIT(@TempDir Path dir) {
        this.dir = dir;
    }

    @BeforeAll
    static void putTheJarIntoTheDistribution() {
        product = Product.withJar(shared, Orders.class, Ledger.class);
    }

    @Test
    void theReadyFileNamesTheProcessAndGoesWithIt() {
        try (Server server = product.state(dir).serve()) {
            assertThat(server.toldPid()).isEqualTo(server.running().process().pid());
            server.stopWithoutLoss();
            assertThat(server.out()).isEmpty();
        }
    }

    @Test
    void whatHasBeenProcessedHasBeenAnsweredAndTheOtherWayRound()
            throws IOException, InterruptedException, ExecutionException {
        Path book = dir.resolve("book");
        ExecutorService threads = Executors.newFixedThreadPool(2 * CLIENTS);
        CountDownLatch underWay = new CountDownLatch(CLIENTS);
        try (Server server = product.state(dir)
                .serve(
                        "--protocol",
                        "lines",
                        "--processor",
                        "com.acme.Orders",
                        "--set",
                        "processor-config.answer=",
                        "--set",
                        "processor-config.book=" + book)) {
            Map<String, Future<List<String>>> clients = new TreeMap<>();
            for (int i = 0; i < CLIENTS; i++) {
                String name = "client " + i;
                clients.put(name, threads.submit(() -> talk(server.connect(), name, threads, underWay)));
            }
            underWay.await();
            server.terminate();

            Map<String, List<String>> answered = new TreeMap<>();
            for (Map.Entry<String, Future<List<String>>> client : clients.entrySet()) {
                answered.put(client.getKey(), client.getValue().get());
            }
            assertThat(server.running().exit()).as(server.running().err()).isZero();
            assertThat(server.log())
                    .last()
                    .asString()
                    .matches("INFO  stopped, the drain lost nothing|WARN  stopped: 0 connections were cut, .*");
            assertThat(server.log())
                    .filteredOn(line -> line.contains(" drained; "))
                    .hasSize(CLIENTS);
            Server.assertNoStackTrace(server.running().err());
            assertThat(Files.readAllLines(book).stream()
                            .collect(Collectors.groupingBy(line -> line.replaceFirst(" line .*", ""))))
                    .isEqualTo(answered);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Sends as fast as it can and collects the answers, until the server says goodbye. */
    private static List<String> talk(TlsClient client, String name, ExecutorService threads, CountDownLatch underWay) {
        List<String> answers = new ArrayList<>();
        try (client) {
            threads.execute(() -> sendForEver(client, name));
            while (answers.size() < ANSWERS_BEFORE) {
                answers.add(client.readLine());
            }
            underWay.countDown();
            client.readAll().lines().forEach(answers::add);
            return answers;
        }
    }

    private static void sendForEver(TlsClient client, String name) {
        try {
            for (int line = 0; ; line++) {
                client.send(name + " line " + line + "\n");
            }
        } catch (UncheckedIOException e) {
            // The reader has closed the connection.
            return;
        }
    }

    private Server serveBlocked(String... options) {
        List<String> words = new ArrayList<>(List.of(
                "--protocol",
                "lines",
                "--processor",
                "com.acme.Ledger",
                "--set",
                "processor-config.gate=" + dir + "/no"));
        words.addAll(List.of(options));
        return product.state(dir).serve(words.toArray(String[]::new));
    }

    @Test
    void theSecondSignalEndsAtOnce() {
        try (Server server = serveBlocked("--set", "pre-stop-delay=1m");
                TlsClient client = server.connect()) {
            client.send("one\n");
            server.awaitLog("c1 127.0.0.1:" + client.port() + " handshake done");
            server.terminate();
            server.awaitLog("SIGTERM: draining after another 1m, connections have 30s; a second signal ends at once");
            assertThat(server.readyFile()).doesNotExist();
            server.terminate();

            assertThat(server.running().exit()).isEqualTo(1);
            assertThat(server.log()).contains("WARN  SIGTERM: ending at once, connections are cut");
            assertThat(server.readyFile()).doesNotExist();
            Server.assertNoStackTrace(server.running().err());
        }
    }

    @Test
    void theDrainTimeoutEndsWhatDoesNotEndByItselfAndTellsTheLoss() {
        try (Server server = serveBlocked("--set", "drain-timeout=300ms", "--set", "log.level=debug");
                TlsClient client = server.connect()) {
            client.send("one\ntwo\n");
            server.awaitLog(" framed 2 in batch 1 ");
            server.terminate();

            assertThat(server.running().exit()).as(server.running().err()).isZero();
            assertThat(server.log())
                    .last()
                    .isEqualTo(
                            "WARN  stopped: 1 connections were cut, 2 frames and 6 bytes received were not processed");
            assertThat(server.log("c1"))
                    .last()
                    .asString()
                    .contains(" cut: drain-timeout ran out; ", ", 2 lost, 6 bytes lost");
            assertThat(server.readyFile()).doesNotExist();
        }
    }
}
