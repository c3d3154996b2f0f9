package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.Processors;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.ListenerSettings;
import io.penstock.server.ServerSettings;
import io.penstock.server.TlsServer;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.tls.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each cell of {@code docs/guarantees.md}, over TLS. That a sender is not told too early is shown without a clock: the
 * step is held up, the connection is cut, and nothing that the sender has got up to its end says that the frame is done.
 */
class GuaranteesTest {
    private static final GuaranteesPage PAGE = GuaranteesPage.read();
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final List<String> STEPS = List.of("received", "processed", "stored");

    /** The protocols that cannot tell. */
    static final List<String> DUMB =
            List.of("raw", "lines", "nul", "length:4", "varint", "netstring", "json", "syslog");

    @TempDir
    static Path directory;

    private static final TestCa CA = new TestCa();
    private static ActorTestKit kit;
    private static Map<String, Object> tls;

    @BeforeAll
    static void start() throws IOException {
        kit = ActorTestKit.create(
                "guarantees",
                Bound.config(Map.of(
                        "on-processor-failure",
                        "quarantine",
                        "quarantine.path",
                        quarantine().toString())));
        TlsSettings settings = CA.serverSettings(directory, ClientAuth.NONE);
        tls = Map.of(
                "tls.cert", settings.certificate().cert().orElseThrow().toString(),
                "tls.key", settings.certificate().key().orElseThrow().toString());
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    private static Path quarantine() {
        return directory.resolve("quarantine");
    }

    private static Bound bind(Told told, AckStep ack, Work work, Object... more) {
        Map<String, Object> settings = new HashMap<>(tls);
        settings.putAll(told.settings());
        settings.putAll(work.settings());
        for (int i = 0; i < more.length; i += 2) {
            settings.put((String) more[i], more[i + 1]);
        }
        settings.put("ack", ack.word());
        return Bound.to(kit, settings, work.supervisor());
    }

    private static TlsClient connect(Bound bound, Told told) {
        TlsClient client = TlsClient.connect(bound.server().localAddress(), CA.clientContext(Optional.empty()));
        told.greet(client);
        return client;
    }

    private static List<String> problems(Map<String, Object> settings) {
        return catchThrowableOfType(InvalidSettingsException.class, () -> ListenerSettings.from(Bound.config(settings)))
                .problems();
    }

    private static Map<String, Object> with(Map<String, Object> settings, String key, Object value) {
        Map<String, Object> more = new HashMap<>(settings);
        more.put(key, value);
        return more;
    }

    /** Of the table of processors: every cell that is not an error, with every protocol that tells. */
    static Stream<Arguments> claims() {
        return Works.CLAIMS.entrySet().stream()
                .flatMap(row -> Arrays.stream(AckStep.values())
                        .filter(step ->
                                !row.getValue().get(STEPS.indexOf(step.word())).equals(Works.ERROR))
                        .flatMap(step ->
                                Arrays.stream(Told.values()).map(told -> Arguments.of(row.getKey(), step, told))));
    }

    static Stream<Arguments> heldClaims() {
        return claims().filter(claim -> Works.canBeHeld((String) claim.get()[0]));
    }

    static Stream<String> refusedRows() {
        return Works.CLAIMS.entrySet().stream()
                .filter(row -> row.getValue().contains(Works.ERROR))
                .map(Map.Entry::getKey);
    }

    @Nested
    class ThePage {
        @Test
        void hasTheProcessorsAndClaimsThatAreTested() {
            assertThat(PAGE.rows(GuaranteesPage.DONE)).isEqualTo(Works.CLAIMS);
            assertThat(PAGE.columns(GuaranteesPage.DONE)).isEqualTo(code(STEPS));
        }

        @Test
        void hasTheProtocolsThatAreTested() {
            Map<List<String>, List<String>> rows = new HashMap<>();
            PAGE.rows(GuaranteesPage.TOLD).forEach((row, cells) -> rows.put(names(row), cells));
            assertThat(PAGE.columns(GuaranteesPage.TOLD))
                    .isEqualTo(code(List.of("none", "received", "processed", "stored")));
            assertThat(rows)
                    .containsOnly(
                            Map.entry(List.of(Told.RELP.row), List.of("error", "told", "told", "told")),
                            Map.entry(
                                    List.of(Told.ECHO.row, Told.COUNT.row, Told.BATCH.row),
                                    List.of("not told", "told", "told", "told")),
                            Map.entry(DUMB, List.of("not told", "warning", "warning", "warning")));
        }

        /** The last two are shown by processes that are killed, and by what is forced before an answer. */
        @Test
        void hasTheEventsThatAreTested() {
            assertThat(PAGE.rows(GuaranteesPage.EVENTS).keySet())
                    .containsExactly(
                            "the processor fails, `close`",
                            "the processor fails, `continue`",
                            "the processor fails, `quarantine`",
                            "an outage of the processor",
                            "the server drains",
                            "the connection is lost before the answer",
                            "`kill -9`, an ended JVM",
                            "a power cut");
        }

        private static List<String> names(String row) {
            return CODE.matcher(row)
                    .results()
                    .map((MatchResult match) -> match.group(1))
                    .toList();
        }

        private static List<String> code(List<String> words) {
            return words.stream().map(word -> "`" + word + "`").toList();
        }
    }

    @Nested
    class WhoIsTold {
        @ParameterizedTest
        @FieldSource("io.penstock.testkit.GuaranteesTest#DUMB")
        void nobodyOfAProtocolThatCannotTellAndTheStartWarnsOfIt(String protocol) {
            for (String step : STEPS) {
                Map<String, Object> settings = new HashMap<>(Map.of("protocol", protocol, "ack", step));
                settings.putAll(Map.of("processor", "file", "file.path", "/tmp/a.log"));
                List<String> warnings = new ArrayList<>();
                ListenerSettings.read(new SettingsReader(Bound.config(settings)), warnings::add);
                assertThat(warnings).singleElement().asString().startsWith("penstock.ack: " + step + " (the protocol ");
            }
        }

        @Test
        void everySenderOfRelpElseItIsAnError() {
            assertThat(problems(Map.of("protocol", "relp", "ack", "none")))
                    .singleElement()
                    .asString()
                    .startsWith("penstock.ack: none (expected: auto|received|processed|stored; ");
        }

        @ParameterizedTest
        @EnumSource(value = Told.class, names = "RELP", mode = EnumSource.Mode.EXCLUDE)
        void noSenderOfLinesWithoutAStep(Told told) throws Exception {
            Map<String, Object> settings = new HashMap<>(tls);
            settings.putAll(told.settings());
            settings.putAll(Map.of("processor", "discard", "ack", "none"));
            try (Bound bound = Bound.to(kit, settings, Work.builtIn(Map.of()).supervisor());
                    TlsClient client = connect(bound, told)) {
                client.send(told.wire(1, "tea")).endStream();
                assertThat(client.readAll()).isEmpty();
                assertThat(bound.await(Closed.class).summary().framesProcessed())
                        .isEqualTo(1);
            }
        }
    }

    @Nested
    class WhatIsDone {
        @ParameterizedTest
        @MethodSource("io.penstock.testkit.GuaranteesTest#claims")
        void isDoneWhenTheSenderIsTold(String row, AckStep step, Told told) throws Exception {
            try (Works works = new Works(kit, directory)) {
                Work work = works.of(row, step, false);
                try (Bound bound = bind(told, step, work);
                        TlsClient client = connect(bound, told)) {
                    client.send(told.wire(1, "tea"));
                    if (row.equals(Works.ECHO) && told == Told.RELP) {
                        boolean early = step == AckStep.RECEIVED;
                        assertThat(Bound.rest(client).contains(told.accepted(1, "tea")))
                                .isEqualTo(early);
                        assertThat(bound.await(Closed.class).end().kind()).isEqualTo(Kind.PROCESSOR_FAILED);
                        return;
                    }
                    if (row.equals(Works.ECHO) && step != AckStep.RECEIVED) {
                        assertThat(client.readLine()).isEqualTo("tea");
                    }
                    assertThat(client.readLine()).isEqualTo(told.accepted(1, "tea"));
                    if (step != AckStep.RECEIVED) {
                        work.done().with("tea");
                    }
                }
            }
        }

        @ParameterizedTest
        @MethodSource("io.penstock.testkit.GuaranteesTest#heldClaims")
        void isNotToldBefore(String row, AckStep step, Told told) throws Exception {
            try (Works works = new Works(kit, directory)) {
                Work work = works.of(row, step, true);
                try (Bound bound = bind(told, step, work);
                        TlsClient client = connect(bound, told)) {
                    client.send(told.wire(1, "tea"));
                    work.awaitHeld().with(bound);
                    if (step == AckStep.RECEIVED) {
                        assertThat(client.readLine()).isEqualTo(told.accepted(1, "tea"));
                    }
                    bound.cut();
                    assertThat(Bound.rest(client)).doesNotContain(told.accepted(1, "tea"));
                    work.release().with(bound);
                }
            }
        }

        @ParameterizedTest
        @MethodSource("io.penstock.testkit.GuaranteesTest#refusedRows")
        void cannotBeMoreThanTheProcessorReaches(String row) {
            assertThat(problems(with(Works.refused(row), "ack", "stored")))
                    .singleElement()
                    .asString()
                    .startsWith("penstock.ack: stored (expected: processed at the most, which is how far frames come");
        }

        @Test
        void cannotBeMoreThanTheFactoryReaches() {
            ServerSettings settings = ServerSettings.from(Bound.config(Map.of("protocol", "relp", "ack", "stored")));
            for (ProcessorFactory factory : List.<ProcessorFactory>of(
                    () -> Work.blocking(Gate.open(), AckStep.PROCESSED),
                    Processors.async(() -> Work.asynchronous(Gate.open(), AckStep.PROCESSED)))) {
                assertThat(catchThrowableOfType(
                                        InvalidSettingsException.class,
                                        () -> TlsServer.bind(kit.system(), settings, factory))
                                .problems())
                        .singleElement()
                        .asString()
                        .startsWith("penstock.ack: stored (expected: processed at the most");
            }
        }

        @ParameterizedTest
        @EnumSource(Told.class)
        void aBehaviorThatSaysLessClosesTheConnectionUntold(Told told) throws Exception {
            Work work = Work.of(Work.behavior(Gate.open(), AckStep.PROCESSED), Gate.open());
            try (Bound bound = bind(told, AckStep.STORED, work);
                    TlsClient client = connect(bound, told)) {
                client.send(told.wire(1, "tea"));
                assertThat(Bound.rest(client)).doesNotContain(told.accepted(1, "tea"));
                assertThat(bound.await(Closed.class).end().kind()).isEqualTo(Kind.PROCESSOR_FAILED);
            }
        }
    }

    @Nested
    class WhatMayHappen {
        private static final String REASON = "IllegalStateException: not this one";

        /** Blocking code that does not take what begins with poison. */
        private static final Work PICKY = Work.of(
                () -> (session, frame) -> {
                    if (frame.utf8String().startsWith("poison")) {
                        throw new IllegalStateException("not this one");
                    }
                },
                Gate.open());

        @ParameterizedTest
        @EnumSource(Told.class)
        void aFailureThatClosesIsToldAndWhatComesBehindIsNot(Told told) throws Exception {
            try (Bound bound = bind(told, AckStep.PROCESSED, PICKY, "on-processor-failure", "close");
                    TlsClient client = connect(bound, told)) {
                client.send(told.wire(1, "tea"));
                assertThat(client.readLine()).isEqualTo(told.accepted(1, "tea"));
                client.send(told.wire(2, "poison") + told.wire(3, "milk"));
                assertThat(Bound.rest(client))
                        .containsAll(told.refused(2, REASON))
                        .doesNotContain(told.accepted(2, "poison"), told.accepted(3, "milk"));
                assertThat(bound.await(Closed.class).end().kind()).isEqualTo(Kind.PROCESSOR_FAILED);
            }
        }

        @ParameterizedTest
        @EnumSource(Told.class)
        void aFailureThatIsPassedOverIsToldAndTheNextOneIsTaken(Told told) throws Exception {
            try (Bound bound = bind(told, AckStep.PROCESSED, PICKY, "on-processor-failure", "continue");
                    TlsClient client = connect(bound, told)) {
                client.send(told.wire(1, "poison") + told.wire(2, "milk"));
                for (String line : told.refused(1, REASON)) {
                    assertThat(client.readLine()).isEqualTo(line);
                }
                assertThat(client.readLine()).isEqualTo(told.accepted(2, "milk"));
            }
        }

        @ParameterizedTest
        @EnumSource(Told.class)
        void whatIsSetAsideIsToldOnceItIsThere(Told told) throws Exception {
            String poison = "poison for " + told;
            try (Bound bound = bind(told, AckStep.PROCESSED, PICKY, "on-processor-failure", "quarantine");
                    TlsClient client = connect(bound, told)) {
                client.send(told.wire(1, poison) + told.wire(2, "milk"));
                assertThat(client.readLine()).isEqualTo(told.accepted(1, poison));
                assertThat(setAside()).contains(poison);
                assertThat(client.readLine()).isEqualTo(told.accepted(2, "milk"));
            }
        }

        @ParameterizedTest
        @EnumSource(Told.class)
        void whatWasToldAtReceivedMayFailAllTheSame(Told told) throws Exception {
            try (Bound bound = bind(told, AckStep.RECEIVED, PICKY, "on-processor-failure", "continue");
                    TlsClient client = connect(bound, told)) {
                client.send(told.wire(1, "poison"));
                assertThat(client.readLine()).isEqualTo(told.accepted(1, "poison"));
                client.endStream();
                assertThat(Bound.rest(client)).noneMatch(told.refused(1, REASON)::contains);
                assertThat(bound.await(Closed.class).summary().framesFailed()).isEqualTo(1);
            }
        }

        @ParameterizedTest
        @EnumSource(Told.class)
        void whatWasToldAtReceivedIsSetAsideAllTheSame(Told told) throws Exception {
            String poison = "poison already told to " + told;
            try (Bound bound = bind(told, AckStep.RECEIVED, PICKY, "on-processor-failure", "quarantine");
                    TlsClient client = connect(bound, told)) {
                client.send(told.wire(1, poison));
                assertThat(client.readLine()).isEqualTo(told.accepted(1, poison));
                client.endStream();
                assertThat(Bound.rest(client)).doesNotContain(told.accepted(1, poison));
                assertThat(bound.await(Closed.class).summary().framesQuarantined())
                        .isEqualTo(1);
                assertThat(setAside()).contains(poison);
            }
        }

        @ParameterizedTest
        @EnumSource(Told.class)
        void framesOfAnOutageAreToldOnceItIsOver(Told told) throws Exception {
            try (Works works = new Works(kit, directory)) {
                Work work = works.of(Works.FILE_BATCH, AckStep.STORED, true);
                try (Bound bound = bind(told, AckStep.STORED, work);
                        TlsClient client = connect(bound, told)) {
                    client.send(told.wire(1, "tea"));
                    work.awaitHeld().with(bound);
                    work.release().with(bound);
                    assertThat(client.readLine()).isEqualTo(told.accepted(1, "tea"));
                    work.done().with("tea");
                }
            }
        }

        @ParameterizedTest
        @EnumSource(Told.class)
        void aDrainWaitsForWhatHasBeenReceivedAndTellsIt(Told told) throws Exception {
            Gate gate = new Gate();
            Work work = Work.of(() -> Work.blocking(gate, AckStep.PROCESSED), gate);
            try (Bound bound = bind(told, AckStep.PROCESSED, work);
                    TlsClient client = connect(bound, told)) {
                client.send(told.wire(1, "tea"));
                gate.awaitReached();
                bound.server().drain(Duration.ofMillis(TlsClient.PATIENCE_MILLIS));
                gate.release();
                assertThat(Bound.rest(client)).startsWith(told.accepted(1, "tea"));
                assertThat(bound.await(Closed.class).end().kind()).isEqualTo(Kind.DRAINED);
            }
        }

        @ParameterizedTest
        @EnumSource(Told.class)
        void aSenderThatIsGoneBeforeTheAnswerFindsItsFrameTwiceWhenItSendsItAgain(Told told) throws Exception {
            Gate gate = new Gate();
            Work work = Work.of(() -> Work.blocking(gate, AckStep.PROCESSED), gate);
            try (Bound bound = bind(told, AckStep.PROCESSED, work)) {
                TlsClient first = connect(bound, told);
                first.send(told.wire(1, "tea"));
                assertThat(gate.awaitReached()).isEqualTo("tea");
                first.reset();
                gate.release();
                try (TlsClient second = connect(bound, told)) {
                    second.send(told.wire(1, "tea"));
                    assertThat(second.readLine()).isEqualTo(told.accepted(1, "tea"));
                    assertThat(gate.awaitReached()).isEqualTo("tea");
                }
            }
        }

        /** The payloads in quarantine. */
        private static List<String> setAside() throws IOException {
            List<String> payloads = new ArrayList<>();
            try (Stream<Path> files = Files.list(quarantine())) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".frame")).toList()) {
                    payloads.add(Files.readString(file).replaceFirst("^.*\n", ""));
                }
            }
            return payloads;
        }
    }
}
