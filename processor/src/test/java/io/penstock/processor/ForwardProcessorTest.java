package io.penstock.processor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.ConfigFactory;
import io.penstock.processor.RelpTarget.Does;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.Frames;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ForwardProcessorTest {
    private final FakeSession session = FakeSession.lines(1);
    private Target first;
    private Target second;

    @BeforeEach
    void listen() throws IOException {
        first = Target.listen();
        second = Target.listen();
    }

    @AfterEach
    void close() throws IOException {
        first.close();
        second.close();
    }

    private static ProcessorFactory factory(String protocol, Integer... ports) {
        List<String> targets =
                Arrays.stream(ports).map(port -> "\"127.0.0.1:" + port + "\"").toList();
        SettingsReader reader = reader("forward { protocol = \"" + protocol + "\", timeout = 20s, targets = ["
                + String.join(", ", targets) + "]}");
        ProcessorFactory factory = Processors.read(reader, ignored -> Target::connect);
        reader.check();
        return factory;
    }

    private static SettingsReader reader(String forward) {
        return new SettingsReader(ConfigFactory.parseString("penstock { processor = forward\n" + forward + "}")
                .withFallback(ConfigFactory.load()));
    }

    private static Frames frames(String... payloads) {
        return Frames.of(Arrays.stream(payloads).map(ByteString::fromString).toList());
    }

    @Nested
    class Codec {
        @Test
        void putsFramesOnTheWireAsConfigured() throws Exception {
            ProcessorFactory factory = factory("netstring", first.port());
            assertThat(factory.reaches()).isEqualTo(AckStep.PROCESSED);
            try (Processor processor = factory.create()) {
                processor.processAll(session, frames("one", "two"));
                assertThat(Target.read(first.connection(), 12)).isEqualTo("3:one,3:two,");
            }
        }

        @Test
        void failsTheFrameThatCannotBeCarriedAfterThoseBeforeIt() throws Exception {
            try (Processor processor = factory("lines", first.port()).create()) {
                FrameFailedException failure = catchThrowableOfType(
                        FrameFailedException.class,
                        () -> processor.processAll(session, frames("one", "two\nthree", "four")));
                assertThat(failure.frame()).isEqualTo(1);
                assertThat(Target.read(first.connection(), 4)).isEqualTo("one\n");
            }
        }

        @Test
        void endsInOrder() throws Exception {
            Processor processor = factory("lines", first.port()).create();
            processor.processAll(session, frames("one"));
            processor.close();
            assertThat(first.connection().getInputStream().readAllBytes())
                    .asString(UTF_8)
                    .isEqualTo("one\n");
        }
    }

    @Nested
    class Targets {
        @Test
        void takesTheNextOneWhenTheFirstCannotBeReached() throws Exception {
            try (Processor processor =
                    factory("lines", Target.closedPort(), second.port()).create()) {
                processor.processAll(session, frames("one"));
                assertThat(Target.read(second.connection(), 4)).isEqualTo("one\n");
            }
        }

        @Test
        void staysWithTheOneThatWorks() throws Exception {
            ProcessorFactory factory = factory("lines", Target.closedPort(), second.port(), first.port());
            for (String payload : List.of("one", "two")) {
                try (Processor processor = factory.create()) {
                    processor.processAll(session, frames(payload));
                    assertThat(Target.read(second.connection(), 4)).isEqualTo(payload + "\n");
                }
            }
        }

        @Test
        void isUnavailableWhenNoneCanBeReachedAndSaysWhy() throws Exception {
            int port = Target.closedPort();
            try (Processor processor = factory("lines", port).create()) {
                assertThatThrownBy(() -> processor.processAll(session, frames("one")))
                        .isInstanceOf(ProcessorUnavailableException.class)
                        .hasMessageStartingWith("no target can be forwarded to: 127.0.0.1:" + port + ": ");
            }
        }

        @Test
        void connectsAnewWhenNothingWasLeftUnanswered() throws Exception {
            try (Processor processor = factory("lines", first.port()).create()) {
                processor.processAll(session, frames("one"));
                Socket connection = first.connection();
                assertThat(Target.read(connection, 4)).isEqualTo("one\n");
                connection.close();
                // The reading thread notices on its own time; whatever is written before that is lost with the
                // connection.
                String payload = "two";
                while (first.isWaitedFor()) {
                    sendOrFail(processor, payload);
                }
                assertThat(Target.read(first.connection(), 4)).isEqualTo("two\n");
            }
        }

        private void sendOrFail(Processor processor, String payload) throws Exception {
            try {
                processor.processAll(session, frames(payload));
            } catch (ProcessorUnavailableException e) {
                assertThat(e).hasMessageContaining("cannot forward to 127.0.0.1:");
            }
        }
    }

    @Nested
    class Relp {
        @Test
        void commitsOnceTheTargetHasTakenCareOfEverything() throws Exception {
            try (RelpTarget target = RelpTarget.that(Does.ACCEPT)) {
                ProcessorFactory factory = factory("relp", target.port());
                assertThat(factory.reaches()).isEqualTo(AckStep.STORED);
                Processor processor = factory.create();
                assertThat(processor.commits()).isTrue();
                processor.processAll(session, frames("one", "two"));
                processor.processAll(FakeSession.lines(2), frames("three"));
                processor.commit();
                assertThat(target.seen).containsExactly("<opened>", "one", "two", "three");
                processor.close();
                assertThat(List.of(target.seen.take(), target.seen.take(), target.seen.take(), target.seen.take()))
                        .hasSize(4);
                assertThat(target.seen.take()).isEqualTo("<closed>");
            }
        }

        @Test
        void isUnavailableWhenTheTargetGoesAwayWithoutAnAnswerAndTakesTheNextOne() throws Exception {
            try (RelpTarget vanishing = RelpTarget.that(Does.VANISH);
                    RelpTarget steady = RelpTarget.that(Does.ACCEPT)) {
                ProcessorFactory factory = factory("relp", vanishing.port(), steady.port());
                try (Processor processor = factory.create()) {
                    processor.processAll(session, frames("one"));
                    assertThatThrownBy(processor::commit)
                            .isInstanceOf(ProcessorUnavailableException.class)
                            .hasMessageStartingWith("cannot forward to 127.0.0.1:" + vanishing.port() + ": ");
                }
                try (Processor next = factory.create()) {
                    next.processAll(session, frames("one"));
                    next.commit();
                }
                assertThat(steady.seen).startsWith("<opened>", "one");
            }
        }

        @Test
        void sendsNothingMoreOnAConnectionWhoseAnswersAreDue() throws Exception {
            try (RelpTarget target = RelpTarget.that(Does.VANISH);
                    Processor processor = factory("relp", target.port()).create()) {
                processor.processAll(session, frames("one"));
                assertThatThrownBy(processor::commit).isInstanceOf(ProcessorUnavailableException.class);
                assertThatThrownBy(() -> processor.processAll(session, frames("two")))
                        .isInstanceOf(ProcessorUnavailableException.class);
            }
        }

        @Test
        void saysWhyTheTargetRefuses() throws Exception {
            try (RelpTarget target = RelpTarget.that(Does.REFUSE);
                    Processor processor = factory("relp", target.port()).create()) {
                processor.processAll(session, frames("one"));
                assertThatThrownBy(processor::commit)
                        .isInstanceOf(ProcessorUnavailableException.class)
                        .hasMessageEndingWith("it refused a frame: 500 not today");
            }
        }
    }

    @Nested
    class Settings {
        private List<String> problems(String forward) {
            SettingsReader reader = reader(forward);
            Processors.read(reader, ignored -> Target::connect);
            return catchThrowableOfType(InvalidSettingsException.class, reader::check)
                    .problems();
        }

        @Test
        void wantsATarget() {
            assertThat(problems("forward.protocol = lines"))
                    .singleElement()
                    .asString()
                    .startsWith("penstock.forward.targets: [] (expected: the hosts to forward to, such as"
                            + " [\"logs.example.org:2514\"])");
        }

        @Test
        void wantsAHostAndAPort() {
            for (String target : List.of("example.org", "example.org:0", "example.org:65536", "::1:514", ":514")) {
                assertThat(problems("forward { protocol = lines, targets = [\"" + target + "\"] }"))
                        .singleElement()
                        .asString()
                        .contains("HOST:PORT, an IPv6 address in brackets, and not " + target);
            }
        }
    }
}
