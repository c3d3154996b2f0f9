package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.ServerSettings.WhenSuspended;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ListenerSettingsTest {
    private static Config config(String... lines) {
        return ConfigFactory.parseString(
                        "penstock {\n" + String.join("\n", lines) + "\n}",
                        ConfigParseOptions.defaults().setOriginDescription("app.conf"))
                .withFallback(ConfigFactory.defaultReference());
    }

    private static List<ListenerSettings> read(String... lines) {
        return ListenerSettings.from(config(lines));
    }

    private static List<String> problems(String... lines) {
        return catchThrowableOfType(InvalidSettingsException.class, () -> read(lines))
                .problems();
    }

    private static List<String> warnings(String... lines) {
        List<String> warnings = new ArrayList<>();
        ListenerSettings.read(new SettingsReader(config(lines)), warnings::add);
        return warnings;
    }

    @Test
    void flatKeysAreOneListenerWithoutAName() {
        assertThat(read("port = 9000")).singleElement().satisfies(one -> {
            assertThat(one.isNamed()).isFalse();
            assertThat(one.server().name()).isEqualTo("default");
            assertThat(one.server().port()).isEqualTo(9000);
        });
    }

    @Test
    void eachSectionIsAListenerInTheOrderOfTheFileOverTheFlatKeys() {
        List<ListenerSettings> all = read(
                "protocol = lines",
                "listeners {",
                "  z { port = 1, tls.client-auth = required }",
                "  a-1_B { port = 2, plaintext = true, protocol = \"length:4\", max-frame-size = 1KiB }",
                "}");

        assertThat(all).allMatch(ListenerSettings::isNamed);
        assertThat(all).extracting(one -> one.server().name()).containsExactly("z", "a-1_B");
        assertThat(all).extracting(one -> one.server().tls().isPresent()).containsExactly(true, false);
        assertThat(all)
                .extracting(one -> one.server().framing().protocol().name())
                .containsExactly("lines", "length:4:be");
        assertThat(all)
                .extracting(one -> one.server().framing().limits().maxFrameSize())
                .containsExactly(65536, 1024);
    }

    @Test
    void aStepThatNobodyCanBeToldIsWarnedOfOnce() {
        assertThat(warnings("ack = received", "protocol = nul"))
                .singleElement()
                .asString()
                .startsWith("penstock.ack: received (the protocol nul cannot tell senders ");
    }

    @Test
    void thatSendersAreToldSoonerThanNeedBeIsWarnedOfUnlessItWasAskedFor() {
        String[] file = {"plaintext = true", "protocol = relp", "processor = file", "file.path = in.log"};
        assertThat(warnings(with(file, "ack = auto")))
                .singleElement()
                .asString()
                .startsWith("penstock.ack: auto (senders are told when their frames have been received, ");
        assertThat(warnings(with(file, "ack = received"))).isEmpty();
        assertThat(warnings(with(file, "ack = stored"))).isEmpty();
        assertThat(warnings("plaintext = true", "protocol = relp", "processor = discard"))
                .isEmpty();
    }

    private static String[] with(String[] settings, String more) {
        return Stream.concat(Arrays.stream(settings), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void repliesThatTheProtocolHasNoWordForAreWarnedOf() {
        assertThat(warnings("plaintext = true", "protocol = relp", "processor = echo"))
                .singleElement()
                .asString()
                .startsWith("penstock.processor: echo (the protocol relp has no replies: ");
        assertThat(warnings("plaintext = true", "protocol = json", "processor = echo"))
                .isEmpty();
    }

    @Test
    void whatIsDoneWithNewConnectionsDoesNotKeepListenersFromSharingAProcessor() {
        List<ListenerSettings> all = read("listeners { a { port = 1 }, b { port = 2, circuit.connections = refuse } }");

        assertThat(all)
                .extracting(one -> one.server().whenSuspended())
                .containsExactly(WhenSuspended.HOLD, WhenSuspended.REFUSE);
        assertThat(all.get(0).processors()).isSameAs(all.get(1).processors());
    }

    @Test
    void onePortCannotBeBoundWithTheSettingsOfSeveral() {
        assertThat(catchThrowableOfType(
                                InvalidSettingsException.class,
                                () -> ServerSettings.from(config("listeners.a.port = 1")))
                        .problems())
                .containsExactly("penstock.listeners.a: {\"port\":1} (expected: none, where one port is bound;"
                        + " Servers.bind binds all) at app.conf: 2");
    }

    /** What is wrong. */
    @Nested
    class Problems {
        @Test
        void ofAllListenersAreToldAtOnceEachWhereItIs() {
            assertThat(problems(
                            "idle-timeout = -1s",
                            "listeners {",
                            "  a { port = x, protokol = raw }",
                            "  b { port = 2, tls.profile = old, processor = nothing }",
                            "}"))
                    .containsExactlyInAnyOrder(
                            "penstock.idle-timeout: -1s (expected: > 0) at app.conf: 2",
                            "penstock.listeners.a.port: x (expected: a whole number) at app.conf: 4",
                            "penstock.listeners.a.protokol: unknown key (did you mean protocol?) at app.conf: 4",
                            "penstock.listeners.b.tls.profile: old (expected: intermediate|modern) at app.conf: 5",
                            "penstock.listeners.b.processor: nothing (expected: console|discard|echo|file|forward|tee, or the full"
                                    + " name of a class) at app.conf: 5");
        }

        @Test
        void ofABranchOfATeeIsToldWithItsFullName() {
            assertThat(problems(
                            "tee { x.processor = echo, y { processor = discard, envelope = xml } }",
                            "listeners {",
                            "  a { port = 1, processor = tee }",
                            "  b { port = 2, processor = tee, tee.y { port = 3, file.pth = x } }",
                            "}"))
                    .containsExactlyInAnyOrder(
                            "penstock.tee.y.envelope: xml (expected: none|json|length) at app.conf: 2",
                            "penstock.listeners.b.tee.y.port: not a key of a branch (expected: console|envelope|file|forward"
                                    + "|processor|processor-config) at app.conf: 5",
                            "penstock.listeners.b.tee.y.file.pth: unknown key (did you mean path?) at app.conf: 5");
        }

        @Test
        void isWhatThereIsOneOf() {
            assertThat(problems(
                            "listeners.a {",
                            "  port = 1",
                            "  log.level = debug",
                            "  admin.listen = off",
                            "  ready-file = x",
                            "  tls-dispatcher.throughput = 1",
                            "  processor-dispatcher.throughput = 1",
                            "  listeners.b.port = 1",
                            "}"))
                    .hasSize(6)
                    .allMatch(line -> line.startsWith("penstock.listeners.a."))
                    .allMatch(line -> line.contains(": unknown key"))
                    .anyMatch(line -> line.startsWith("penstock.listeners.a.processor-dispatcher.throughput: ")
                            && line.endsWith(" at app.conf: 8"))
                    .noneMatch(line -> line.contains("|processor-dispatcher|"));
        }

        @Test
        void isANameThatCouldNotBeWrittenElsewhere() {
            assertThat(problems("listeners { \"a b\" { port = 1 }, c = 5 }"))
                    .containsExactlyInAnyOrder(
                            "penstock.listeners.\"a b\": a listener's name (expected: letters, digits, - and _)"
                                    + " at app.conf: 2",
                            "penstock.listeners.c: 5 (expected: an object) at app.conf: 2");
        }

        @Test
        void isAPortThatTwoHave() {
            assertThat(problems("listeners { a { port = 1 }", "b { port = 1 }", "c { port = 1, host = other } }"))
                    .containsExactly("penstock.listeners.b.port: 1 (expected: a port for each listener of a host;"
                            + " a and b have this one) at app.conf: 3");
            assertThat(problems("port = 5", "listeners { a {}, b { plaintext = true } }"))
                    .containsExactly("penstock.port: 5 (expected: a port for each listener of a host;"
                            + " a and b have this one) at app.conf: 2");
        }

        @Test
        void isNotThatBothTakeAFreePort() {
            assertThat(read("port = 0", "listeners { a {}, b {} }")).hasSize(2);
        }

        @Test
        void isAFileThatTwoProcessorsWouldWrite() {
            assertThat(problems(
                            "port = 0, processor = file, file.path = /tmp/out.log",
                            "listeners {",
                            "  a { file.sync = off }",
                            "  b { file.path = /tmp/./out.log }",
                            "}"))
                    .containsExactly(
                            "penstock.listeners.b.file.path: /tmp/./out.log (expected: another file, or the same"
                                    + " processor settings throughout; a and b would both write it) at app.conf: 5");
        }
    }

    /** Who has a processor with whom. */
    @Nested
    class Shared {
        @Test
        void isTheProcessorOfListenersThatDifferElsewhere() {
            List<ListenerSettings> all = read(
                    "port = 0, processor = file, file.path = /tmp/out.log",
                    "listeners { a { protocol = lines }, b { protocol = nul, plaintext = true } }");

            assertThat(all.get(0).processors()).isSameAs(all.get(1).processors());
        }

        @Test
        void isNotTheProcessorOfListenersThatDifferInIts() {
            List<ListenerSettings> all = read(
                    "port = 0, processor = file, file.path = /tmp/out.log",
                    "listeners { a {}, b { file.path = /tmp/other.log }, c { on-processor-failure = continue,"
                            + " processor = discard } }");

            assertThat(all).extracting(ListenerSettings::processors).doesNotHaveDuplicates();
        }
    }

    /** {@code max-connections}. */
    @Nested
    class Connections {
        private final int room = FileLimit.connections();

        @Test
        void areSharedByThoseThatDoNotName() {
            List<ListenerSettings> all =
                    read("port = 0", "listeners { a {}, b { max-connections = 10 }, c { max-connections = auto } }");

            assertThat(all)
                    .extracting(one -> one.server().maxConnections())
                    .containsExactly((room - 10) / 2, 10, (room - 10) / 2);
        }

        @Test
        void areWarnedAboutWhenTogetherTheyAreMoreThanThereIsRoomFor() {
            assertThat(warnings("port = 0, max-connections = " + room, "listeners { a {}, b {} }"))
                    .containsExactly("penstock.max-connections: " + 2L * room + " for all listeners together, and the"
                            + " limit of open files leaves room for " + room
                            + " (raise it with ulimit -n, or give the listeners less)");
        }

        @Test
        void areCutWhereTheyAreNamed() {
            assertThat(warnings("listeners.a.max-connections = 2147483647"))
                    .containsExactly("penstock.listeners.a.max-connections: 2147483647 is cut to " + room
                            + ", which the limit of open files leaves room for (raise it with ulimit -n)");
        }
    }
}
