package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.processor.Processor;
import io.penstock.processor.Quarantine;
import io.penstock.processor.QuarantineFiles;
import io.penstock.processor.Session;
import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.QuarantineProtocol.Item;
import io.penstock.protocol.QuarantineProtocol.Kept;
import io.penstock.protocol.QuarantineProtocol.Put;
import io.penstock.protocol.QuarantineProtocol.Result;
import io.penstock.protocol.TlsSession;
import io.penstock.server.ServerSettings;
import io.penstock.server.TlsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineCommandTest {
    private static final String NASTY = "CN=\u001b[2J\n../\u202e";
    private static final String BEGINNING = "it is only the first 100 of 300 or more bytes";

    @TempDir
    private Path home;

    private ActorTestKit kit;
    private final List<String> processed = new CopyOnWriteArrayList<>();
    private volatile boolean mended;

    @BeforeEach
    void open() {
        kit = kit("quarantine.path = \"" + home + "\"");
    }

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    private static ActorTestKit kit(String keys) {
        Config config = ConfigFactory.parseString("penstock { plaintext = true, host = 127.0.0.1, port = 0,"
                        + " on-processor-failure = quarantine\n" + keys + "}")
                .withFallback(ConfigFactory.load());
        return ActorTestKit.create("quarantine", config);
    }

    private String keep(String payload) throws IOException {
        return keep(payload, new TlsSession("TLSv1.3", "TLS_AES_128_GCM_SHA256"));
    }

    private String keep(String payload, TlsSession tls) throws IOException {
        InetSocketAddress peer = new InetSocketAddress(InetAddress.getByName("192.0.2.7"), 51234);
        ConnectionInfo connection =
                new ConnectionInfo(12, ConnectionInfo.DEFAULT_LISTENER, peer, peer, Protocols.LINES, tls);
        TestProbe<Result> probe = kit.createTestProbe();
        Item item = new Item(
                Instant.parse("2026-11-23T07:53:12.5Z"),
                connection,
                "processor-failed",
                "it is \u001b[31mpoison",
                ByteString.fromString(payload));
        Quarantine.get(kit.system()).open().toCompletableFuture().join().tell(new Put(item, probe.getRef()));
        probe.expectMessage(new Kept());
        List<String> ids = new QuarantineFiles(home).kept();
        return ids.get(ids.size() - 1);
    }

    private static TlsSession nasty() {
        ClientIdentity client = new ClientIdentity(
                NASTY, "CN=ca", "0a", "ff".repeat(32), List.of("pump.test"), List.of(), List.of(), List.of());
        return new TlsSession("TLSv1.3", "TLS_AES_128_GCM_SHA256", client, "gate.test", null);
    }

    private Run run(String... words) {
        return Run.of(Stream.concat(
                        Stream.of("quarantine"),
                        Stream.concat(Stream.of(words), Stream.of("--set", "quarantine.path=" + home)))
                .toArray(String[]::new));
    }

    private TlsServer serve() {
        return TlsServer.bind(
                        kit.system(),
                        ServerSettings.from(kit.system().settings().config()),
                        () -> new Processor() {
                            @Override
                            public void process(Session session, ByteString frame) throws IOException {
                                if (!mended && frame.utf8String().startsWith("poison")) {
                                    throw new IOException("still poison");
                                }
                                processed.add(frame.utf8String());
                            }
                        })
                .toCompletableFuture()
                .join();
    }

    @Test
    void listsALineForEachAndWhatThereIsRoomFor() throws IOException {
        String first = keep("poison");
        String second = keep("x", nasty());

        Run run = run("list");

        assertThat(run.code()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).startsWith("ID ").endsWith("DETAIL");
        assertThat(lines.get(1))
                .startsWith(first)
                .contains("2026-11-23T07:53:12Z processor-failed 192.0.2.7:51234 ", " lines ", " 6 ")
                .endsWith("it is \\x1b[31mpoison");
        assertThat(lines.get(2)).startsWith(second).contains("CN=\\x1b[2J\\x0a../\\u{202e}");
        assertThat(lines.get(3)).isEqualTo("2 frames, 8192 of 1073741824 bytes (quarantine.max-size) in " + home);
    }

    @Test
    void listsNothingWhereNothingWasEverSetAside() {
        Run run = Run.of("quarantine", "list", "--set", "quarantine.path=" + home.resolve("none"));

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("0 frames, 0 of ");
        assertThat(home.resolve("none")).doesNotExist();
    }

    @Test
    void listsForPrograms() throws IOException {
        String id = keep("x", nasty());

        Config json = ConfigFactory.parseString(run("list", "--json").out());

        assertThat(json.getString("path")).isEqualTo(home.toString());
        assertThat(json.getList("waiting")).isEmpty();
        Config entry = json.getConfigList("entries").get(0);
        assertThat(entry.getString("id")).isEqualTo(id);
        assertThat(entry.getString("tls.client.subject")).isEqualTo(NASTY);
    }

    @Test
    void saysWhichCannotBeRead() throws IOException {
        String id = keep("poison");
        Files.writeString(home.resolve(id + ".frame"), "{}\n");

        Run run = run("list");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith(id + ": cannot be read: ");
    }

    @Test
    void showsWhoseItWasWhyAndThePayloadEscaped() throws IOException {
        String id = keep("poison\u0007\n", nasty());

        Run run = run("show", id);

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("reason       processor-failed\n", "detail       it is \\x1b[31mpoison\n")
                .contains("connection   c12 192.0.2.7:51234 to 192.0.2.7:51234\n")
                .contains("identity     CN=\\x1b[2J\\x0a../\\u{202e}\n", "             dns pump.test\n")
                .endsWith("payload      poison\\x07\\x0a\n");
    }

    @Test
    void writesThePayloadAloneByteForByte() throws IOException {
        String id = keep("poison\u0007\n");

        assertThat(run("show", "--payload", id).out()).isEqualTo("poison\u0007\n");
    }

    @Test
    void namesTheIdsThatAreNearAnUnknownOne() throws IOException {
        String id = keep("poison");

        Run run = run("show", id.substring(0, id.length() - 1) + "x");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("(near: " + id + ")");
        assertThat(run("replay", "nothing").err())
                .contains("unknown id nothing in " + home + " (expected: one of those of penstock quarantine list)\n");
    }

    @Test
    void hintsAtTheServersConfigurationWhereNothingIsInTheDefaultDirectory() {
        Map<String, String> environment = Map.of("PENSTOCK_HOME", home.toString());
        String hint = home.resolve("quarantine")
                + " is the default directory; if the server has a configuration file, name it: penstock quarantine ";

        Run list = Run.with(environment, "quarantine", "list");
        assertThat(list.code()).isZero();
        assertThat(list.out()).startsWith("0 frames, ");
        assertThat(list.err()).isEqualTo(hint + "list FILE.conf\n");
        Run replay = Run.with(environment, "quarantine", "replay", "--all");
        assertThat(replay.err()).isEqualTo(hint + "replay --all FILE.conf\n");
        Run show = Run.with(environment, "quarantine", "show", "nothing");
        assertThat(show.code()).isEqualTo(2);
        assertThat(show.err())
                .startsWith("penstock quarantine show: unknown id nothing in " + home.resolve("quarantine")
                        + " (expected: one of those of penstock quarantine list); " + hint
                        + "show nothing FILE.conf\n");
    }

    @Test
    void hintsAtNothingWhereTheDirectoryIsTheServers() throws IOException {
        Map<String, String> environment = Map.of("PENSTOCK_HOME", home.toString());
        String file = Files.writeString(home.resolve("gate.conf"), "penstock.port = 0")
                .toString();

        assertThat(Run.with(environment, "quarantine", "list", file).err()).isEmpty();
        assertThat(Run.with(environment, "quarantine", "show", "nothing", file).err())
                .doesNotContain("default directory");
        assertThat(run("list").err()).isEmpty();
    }

    @Test
    void replaysThroughTheServerThatRuns() throws IOException {
        String poison = keep("poison");
        String good = keep("good");
        serve();

        Run first = run("replay", "--all");

        assertThat(first.code()).isEqualTo(1);
        assertThat(first.out().lines())
                .containsExactlyInAnyOrder(poison + "  failed again: IOException: still poison", good + "  replayed");

        mended = true;
        Run second = run("replay", poison);

        assertThat(second.code()).isZero();
        assertThat(second.out()).isEqualTo(poison + "  replayed\n");
        assertThat(run("list").out()).startsWith("0 frames, ");
    }

    @Test
    void saysThatThereIsNoServerAndThatFramesWaitForTheNext() throws IOException {
        String id = keep("poison");
        mended = true;
        kit.shutdownTestKit();

        Run run = run("replay", "--all");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("no server runs");
        assertThat(run.out()).isEqualTo(id + "  waiting\n");
        assertThat(run("list").out()).contains("[waits for replay]");
        assertThat(run("replay", "--all", "--no-wait").code()).isZero();

        open();
        serve();
        assertThat(run("replay", "--all").code()).isZero();
    }

    @Test
    void doesNotReplayWhatHasNoPayload() throws IOException {
        kit.shutdownTestKit();
        kit = kit("quarantine { path = \"" + home + "\", payload = false }");
        String id = keep("poison");

        Run run = run("replay", id);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEqualTo(id + "  not replayed: its payload was not kept\n");
        assertThat(run("show", "--payload", id).code()).isEqualTo(1);
        assertThat(run("list").out()).contains("[without payload]");
    }

    @Test
    void replaysOnlyTheBeginningOfAFrameWhenToldTo() throws IOException {
        String cut = sendTooLong();
        keep("good");

        Run run = run("replay", "--all");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out().lines())
                .hasSize(2)
                .anyMatch(line -> line.endsWith("  replayed"))
                .contains(cut + "  not replayed: " + BEGINNING + " (--cut to replay it all the same)");
        assertThat(new QuarantineFiles(home).kept()).containsExactly(cut);
        assertThat(processed).containsExactly("good");

        Run anyway = run("replay", "--cut", cut);

        assertThat(anyway.code()).isZero();
        assertThat(anyway.out()).isEqualTo(cut + "  replayed\n");
        assertThat(processed).containsExactly("good", "x".repeat(100));
    }

    @Test
    void saysThatOnlyTheBeginningOfAFrameIsThere() throws IOException {
        String cut = sendTooLong();

        assertThat(run("list").out()).contains(" 100  [cut] line of 300 bytes or more (expected: <= 100)\n");
        assertThat(run("show", cut).out()).contains("size         100 bytes, cut: the frame had 300 or more\n");
        Run payload = run("show", "--payload", cut);
        assertThat(payload.code()).isZero();
        assertThat(payload.out()).isEqualTo("x".repeat(100));
        assertThat(payload.err()).isEqualTo(cut + ": " + BEGINNING + "\n");
        Config entry = ConfigFactory.parseString(run("list", "--json").out())
                .getConfigList("entries")
                .get(0);
        assertThat(entry.getBoolean("cut")).isTrue();
        assertThat(entry.getLong("frameSize")).isEqualTo(300);
    }

    /** What a server has set aside that takes lines of 100 bytes; it runs on. */
    private String sendTooLong() throws IOException {
        kit.shutdownTestKit();
        kit = kit("protocol = lines, max-frame-size = 100B, on-bad-frame = quarantine, quarantine.path = \"" + home
                + "\"");
        InetSocketAddress address = serve().localAddress();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write(("x".repeat(300) + "\n").getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
        return new QuarantineFiles(home).kept().get(0);
    }

    @Test
    void anApplicationHasToNameTheDirectory() {
        ActorTestKit nameless = kit("");
        try {
            assertThatThrownBy(() -> TlsServer.bind(
                                    nameless.system(),
                                    ServerSettings.from(
                                            nameless.system().settings().config()),
                                    io.penstock.processor.Processors.discard())
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(InvalidSettingsException.class)
                    .hasMessageStartingWith("penstock.quarantine.path: nothing (expected: a directory");
        } finally {
            nameless.shutdownTestKit();
        }
    }

    @Test
    void aDirectoryThatCannotBeUsedIsFoundBeforeTheStart() throws IOException {
        Path file = Files.writeString(home.resolve("file"), "");
        String path = "quarantine.path=" + file.resolve("q");

        Run run = Run.of("check", "--set", "on-processor-failure=quarantine", "--set", path);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out())
                .contains("penstock.quarantine.path: " + file + "/q (expected: a directory; " + file + " is none)");
    }

    @Test
    void everyCommandIsAmongTheNames() {
        List<String> unknown = new ArrayList<>(QuarantineCommand.NAMES);
        unknown.removeIf(name -> Run.of("quarantine", name, "--help").code() == 0);

        assertThat(unknown).isEmpty();
    }
}
