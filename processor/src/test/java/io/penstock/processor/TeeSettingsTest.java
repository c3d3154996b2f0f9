package io.penstock.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.FramingSettings;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeeSettingsTest {
    private static final String NAMES = "console|discard|echo|file|forward, or the full name of a class";

    @TempDir
    private Path dir;

    private static ProcessorFactory read(String... lines) {
        SettingsReader reader = new SettingsReader(ConfigFactory.parseString(
                        "penstock {\n" + String.join("\n", lines) + "\n}",
                        ConfigParseOptions.defaults().setOriginDescription("app.conf"))
                .withFallback(ConfigFactory.load()));
        FramingSettings.read(reader);
        SupervisionSettings.read(reader);
        ProcessorFactory factory = Processors.read(reader, TeeSettingsTest::noConnections);
        reader.leave("quarantine");
        reader.finish();
        return factory;
    }

    private static Outbound.Connector noConnections(SettingsReader reader) {
        reader.leave("forward.plaintext", "forward.tls");
        return (host, port) -> {
            throw new IOException("there are none in this test");
        };
    }

    private static List<String> problems(String... lines) {
        return catchThrowableOfType(InvalidSettingsException.class, () -> read(lines))
                .problems();
    }

    private static List<Branch.Plan> plans(ProcessorFactory tee) {
        return ((TeeFactory) tee).branches();
    }

    @Test
    void branchesComeInTheOrderOfTheFile() {
        ProcessorFactory tee = read(
                "processor = tee",
                "tee {",
                "  z-1_A { processor = discard }",
                "  b { processor = echo }",
                "  a { processor = console }",
                "}");

        assertThat(plans(tee)).extracting(Branch.Plan::name).containsExactly("z-1_A", "b", "a");
    }

    @Test
    void aBranchIsLaidOverTheFlatKeys() throws Exception {
        ProcessorFactory tee = read(
                "processor = tee, envelope = length",
                "tee {",
                "  one { processor = file, file.path = \"" + dir.resolve("one") + "\" }",
                "  two { processor = file, file.path = \"" + dir.resolve("two") + "\", envelope = none }",
                "}");
        try (Processor processor = tee.create()) {
            processor.process(FakeSession.lines(1), ByteString.fromString("x"));
            processor.commit();
        }

        assertThat(dir.resolve("one")).hasBinaryContent(new byte[] {0, 0, 0, 1, 'x'});
        assertThat(dir.resolve("two")).hasContent("x\n");
    }

    @Test
    void isKnownBeforeItIsMadeToComeAsFarAsTheBranchThatComesTheLeastFar() {
        String archive = "tee.archive { processor = file, file.path = \"" + dir.resolve("a") + "\" }";

        assertThat(read("processor = tee", archive, "tee.relay { processor = forward, forward.targets = [\"h:1\"] }")
                        .reaches())
                .isEqualTo(AckStep.STORED);
        assertThat(read("processor = tee", archive, "tee.answer.processor = echo")
                        .reaches())
                .isEqualTo(AckStep.PROCESSED);
    }

    @Test
    void mayHoldClassesOfUsersEachWithAConfigurationOfItsOwn() throws Exception {
        String greeter = ProcessorsTest.Configured.class.getName();
        ProcessorFactory tee = read(
                "processor = tee",
                "tee.a { processor = \"" + greeter + "\", processor-config.greeting = hello }",
                "tee.b { processor = \"" + greeter + "\", processor-config.greeting = goodbye }");

        assertThat(tee.create()).isInstanceOf(TeeProcessor.class);
    }

    @Test
    void branchesOfNobodyAreLeftAlone() {
        assertThat(read("processor = echo", "tee.a.processor = discard")).isNotNull();
    }

    @Nested
    class Problems {
        @Test
        void areTooFewBranches() {
            assertThat(problems("processor = tee", "tee.a.processor = echo"))
                    .containsExactly(
                            "penstock.tee: {\"a\":{\"processor\":\"echo\"}} (expected: two sections at the least, each"
                                    + " with a processor, as penstock.processor is tee) at app.conf: 3");
        }

        @Test
        void areABranchWithoutAProcessorAndATeeInATee() {
            assertThat(problems(
                            "processor = tee",
                            "tee.a.envelope = json",
                            "tee.b { processor = tee }",
                            "tee.c { processor = ech }"))
                    .containsExactlyInAnyOrder(
                            "penstock.tee.a.processor: nothing (expected: " + NAMES + ") at app.conf: 3",
                            "penstock.tee.b.processor: tee (expected: " + NAMES
                                    + "; a branch cannot be a tee itself) at app.conf: 4",
                            "penstock.tee.c.processor: ech (expected: " + NAMES + ") at app.conf: 5");
        }

        @Test
        void areKeysThatAreMistypedAndThoseThatAreNotABranchs() {
            assertThat(problems(
                            "processor = tee",
                            "tee.a { processor = echo, file.pth = x, envelop = json }",
                            "tee.b { processor = discard, port = 5, tls { cert = x, key = y } }"))
                    .containsExactlyInAnyOrder(
                            "penstock.tee.a.file.pth: unknown key (did you mean path?) at app.conf: 3",
                            "penstock.tee.a.envelop: unknown key (did you mean envelope?) at app.conf: 3",
                            "penstock.tee.b.port: not a key of a branch (expected: console|envelope|file|forward|processor"
                                    + "|processor-config) at app.conf: 4",
                            "penstock.tee.b.tls: not a key of a branch (expected: console|envelope|file|forward|processor"
                                    + "|processor-config) at app.conf: 4");
        }

        @Test
        void areToldWithTheirFullNames() {
            assertThat(problems(
                            "processor = tee",
                            "tee.a { processor = file, file.path = \"" + dir + "\", file.sync = often }",
                            "tee.\"b c\" { processor = discard }",
                            "tee.d = 5",
                            "tee.e { processor = discard, file = 5 }"))
                    .containsExactlyInAnyOrder(
                            "penstock.tee.a.file.path: " + dir
                                    + " (expected: a file; this is a directory) at app.conf: 3",
                            "penstock.tee.a.file.sync: often (expected: batch|off) at app.conf: 3",
                            "penstock.tee.\"b c\": a branch's name (expected: letters, digits, - and _) at app.conf: 4",
                            "penstock.tee.d: 5 (expected: an object) at app.conf: 5",
                            "penstock.tee.e.file: 5 (expected: an object) at app.conf: 6");
        }

        @Test
        void areAPoolOfWhatThereCanOnlyBeOneOf() {
            assertThat(problems(
                            "processor = tee, processor-pool.size = 2",
                            "tee { a { processor = console }, b { processor = echo } }"))
                    .containsExactly(
                            "penstock.processor-pool.size: 2 (expected: 1 with processor = console in branch a,"
                                    + " of which there can only be one) at app.conf: 2");
            assertThat(read(
                            "processor = tee, processor-pool.size = 2",
                            "tee { a { processor = discard }, b { processor = echo } }"))
                    .isNotNull();
        }

        @Test
        void areTwoBranchesWithOneFile() {
            assertThat(problems(
                            "processor = tee, file.path = \"" + dir.resolve("x") + "\"",
                            "tee { a { processor = file }, b { processor = file } }"))
                    .containsExactly("penstock.file.path: " + dir.resolve("x")
                            + " (expected: another file; branches a and b would both write it) at app.conf: 2");
        }
    }
}
