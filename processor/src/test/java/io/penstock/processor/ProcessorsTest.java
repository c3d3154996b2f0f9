package io.penstock.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.FramingSettings;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessorsTest {
    @TempDir
    private Path dir;

    @Test
    void printsToTheConsoleByDefault() throws Exception {
        assertThat(read("").create()).isInstanceOf(ConsoleProcessor.class);
    }

    @Test
    void makesTheBuiltInProcessorsByName() throws Exception {
        assertThat(read("processor = echo").create()).isInstanceOf(EchoProcessor.class);
        assertThat(read("processor = discard").create()).isInstanceOf(DiscardProcessor.class);
        assertThat(Processors.names()).containsExactly("console", "discard", "echo", "file", "forward");
    }

    @Test
    void givesThreadsOfTheirOwnToThoseThatMayBlock() {
        assertThat(read("processor = echo").blocks()).isFalse();
        assertThat(read("processor = discard").blocks()).isFalse();
        assertThat(read("processor = console").blocks()).isTrue();
        assertThat(read("processor = file, file.path = out").blocks()).isTrue();
    }

    @Test
    void listsTheNamesWhenOneIsUnknown() {
        assertThat(problems("processor = consol"))
                .containsExactly(
                        "penstock.processor: consol (expected: console|discard|echo|file|forward, or the full name"
                                + " of a class)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka", "tee"})
    void saysThatALaterProcessorIsNotInThisVersion(String name) {
        assertThat(problems("processor = " + name)).singleElement().asString().contains("not in this version");
    }

    @Test
    void allowsAnyKeyOfADispatcherAndOfAUsersProcessor() throws Exception {
        assertThat(read("processor-dispatcher.thread-pool-executor.core-pool-size-min = 1, processor-config.a.b = 1"))
                .isNotNull();
    }

    @Nested
    class OfAFile {
        @Test
        void makesOneThatAppends() throws Exception {
            Path path = dir.resolve("new/orders.log");
            try (Processor processor =
                    read("processor = file, file.path = \"" + path + "\"").create()) {
                processor.process(FakeSession.lines(1), ByteString.fromString("one"));
                processor.commit();

                assertThat(processor.commits()).isTrue();
                assertThat(processor.reaches()).isEqualTo(AckStep.STORED);
            }
            assertThat(path).hasContent("one\n");
        }

        @Test
        void saysBeforeItIsMadeHowFarFramesCome() throws Exception {
            String path = "processor = file, file.path = \"" + dir.resolve("a.log") + "\"";
            ProcessorFactory synchronising = read(path);
            ProcessorFactory other = read(path + ", file.sync = off");

            assertThat(synchronising.reaches()).isEqualTo(AckStep.STORED);
            assertThat(other.reaches()).isEqualTo(AckStep.PROCESSED);
            try (Processor processor = other.create()) {
                assertThat(processor.reaches()).isEqualTo(AckStep.PROCESSED);
                assertThat(processor.commits()).isFalse();
            }
        }

        @Test
        void makesOneForEachValueOfATemplate() throws Exception {
            String settings = "processor = file, envelope = length, file.path = \"" + dir + "/new/{listener}/{host}\"";
            try (Processor processor = read(settings).create()) {
                processor.process(FakeSession.syslog(1), ByteString.fromString("x"));
                processor.commit();
            }

            assertThat(dir.resolve("new/default/unknown")).hasBinaryContent(new byte[] {0, 0, 0, 1, 'x'});
        }

        @Test
        void namesThePlaceholdersWhenOneIsUnknown() {
            assertThat(problems("processor = file, file.path = \"" + dir + "/{day}.log\""))
                    .containsExactly("penstock.file.path: " + dir
                            + "/{day}.log (expected: placeholders {date}, {hour}, {connection}, {listener}, {peer},"
                            + " {identity}, {host}, {app}, {facility}, {severity}; {day} is none)");
        }

        @Test
        void looksAtTheBaseDirectoryOfATemplate() throws IOException {
            Path file = Files.createFile(dir.resolve("file"));

            assertThat(problems("processor = file, file.path = \"" + file + "/{date}/x\""))
                    .containsExactly("penstock.file.path: " + file + "/{date}/x (expected: a file in a directory; "
                            + file + " is none)");
        }

        @Test
        void needsAPath() {
            assertThat(problems("processor = file"))
                    .singleElement()
                    .asString()
                    .isEqualTo(
                            "penstock.file.path: nothing (expected: the file to append to, such as --set file.path=in.log, as penstock.processor"
                                    + " is file)");
        }

        @Test
        void refusesADirectoryAndAFileBelowAFile() throws IOException {
            Path file = Files.createFile(dir.resolve("file"));

            assertThat(problems("processor = file, file.path = \"" + dir + "\""))
                    .containsExactly("penstock.file.path: " + dir + " (expected: a file; this is a directory)");
            assertThat(problems("processor = file, file.path = \"" + file + "/x/y\""))
                    .containsExactly("penstock.file.path: " + file + "/x/y (expected: a file in a directory; " + file
                            + " is none)");
        }

        @Test
        void namesOwnerAndModeOfADirectoryThatCannotBeWritten() throws IOException {
            Path closed = Files.createDirectory(dir.resolve("closed"));
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-x---"));
            assumeFalse(Files.isWritable(closed), "the superuser may write everywhere");

            assertThat(problems("processor = file, file.path = \"" + closed + "/x/y\""))
                    .singleElement()
                    .asString()
                    .contains(closed + " is owned by ", "mode r-xr-x---");
        }

        @Test
        void readsNothingOfItsPathForAnotherProcessor() throws Exception {
            assertThat(read("processor = echo, file.path = \"/proc/nothing/here\""))
                    .isNotNull();
        }

        @Test
        void reportsEverySettingThatIsWrong() {
            assertThat(problems("file.sync = often, file.rotate-size = 0, file.rotate-age = -1s, file.keep-age = x,"
                            + " file.keep-size = x, file.keep = 3, file.compress = zip, file.max-open = 0, file.max-files = 0,"
                            + " file.close-after = 0s, envelope = xml"))
                    .hasSize(11)
                    .anySatisfy(line -> assertThat(line).contains("envelope: xml (expected: none|json|length)"))
                    .anySatisfy(line -> assertThat(line).contains("file.compress: zip (expected: off|gzip)"))
                    .anySatisfy(line -> assertThat(line).contains("file.sync: often (expected: batch|off)"))
                    .anySatisfy(line -> assertThat(line).contains("file.keep: unknown key"));
        }
    }

    @Nested
    class OfAUsersClass {
        @Test
        void makesItWithNothing() throws Exception {
            assertThat(read(named(Plain.class)).create()).isInstanceOf(Plain.class);
        }

        @Test
        void makesItWithItsOwnConfiguration() throws Exception {
            Processor processor = read(named(Configured.class) + ", processor-config.greeting = hello")
                    .create();

            assertThat(((Configured) processor).greeting).isEqualTo("hello");
        }

        @Test
        void saysWhatItsConstructorThrew() {
            assertThatThrownBy(() -> read(named(Configured.class)).create())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(Configured.class.getName() + " (its constructor failed: Missing: ")
                    .hasCauseInstanceOf(ConfigException.Missing.class);
        }

        @Test
        void saysWhereTheJarOfAMissingClassBelongs() {
            assertThat(problems("processor = com.example.Missing"))
                    .containsExactly("penstock.processor: com.example.Missing (expected: a class on the class path; its"
                            + " jar belongs in lib/ext/ of the distribution)");
        }

        @Test
        void refusesAClassOfAnotherKind() {
            assertThat(problems("processor = java.lang.String"))
                    .containsExactly("penstock.processor: java.lang.String (expected: a class that implements"
                            + " io.penstock.processor.Processor or io.penstock.processor.AsyncProcessor)");
        }

        @ParameterizedTest
        @ValueSource(classes = {Hidden.class, Abstract.class, Demanding.class, Private.class})
        void refusesAClassThatCannotBeMade(Class<?> type) {
            assertThat(problems(named(type)))
                    .singleElement()
                    .asString()
                    .contains(type.getName(), "a public class, not abstract, with a public constructor that takes");
        }

        private static String named(Class<?> type) {
            return "processor = \"" + type.getName() + "\"";
        }
    }

    private static SettingsReader reader(String settings) {
        Config config = ConfigFactory.parseString("penstock { " + settings + " }");
        return new SettingsReader(config.withFallback(ConfigFactory.load()));
    }

    private static ProcessorFactory read(String settings) {
        SettingsReader reader = reader(settings);
        FramingSettings.read(reader);
        SupervisionSettings.read(reader);
        ProcessorFactory factory = Processors.read(reader, ProcessorsTest::noConnections);
        reader.finish();
        return factory;
    }

    private static List<String> problems(String settings) {
        return catchThrowableOfType(InvalidSettingsException.class, () -> read(settings)).problems().stream()
                .map(line -> line.replaceAll(" at [^)]*$", ""))
                .toList();
    }

    /** Nothing but a constructor. */
    public static class Plain implements Processor {
        @Override
        public void process(Session session, ByteString frame) {}
    }

    /** Takes the free-form settings, although it could do without. */
    public static final class Configured extends Plain {
        private final String greeting;

        public Configured() {
            this.greeting = "none";
        }

        public Configured(Config config) {
            this.greeting = config.getString("greeting");
        }
    }

    /** Cannot be made: not public. */
    static class Hidden extends Plain {
        public Hidden() {}
    }

    /** Cannot be made: abstract. */
    public abstract static class Abstract extends Plain {
        public Abstract() {}
    }

    /** Cannot be made: wants what nobody has. */
    public static class Demanding extends Plain {
        public Demanding(String wish) {}
    }

    /** Cannot be made: its constructor is private. */
    public static final class Private extends Plain {
        private Private() {}
    }

    private static Outbound.Connector noConnections(SettingsReader reader) {
        reader.leave("forward.plaintext", "forward.tls", "quarantine");
        return (host, port) -> {
            throw new java.io.IOException("there are none in this test");
        };
    }
}
