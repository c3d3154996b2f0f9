package io.penstock.processor;

import com.typesafe.config.Config;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.SettingsReader;
import io.penstock.protocol.UserClass;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** The built-in processors, and the choice of one by configuration. */
public final class Processors {
    private static final List<String> NAMES = List.of("console", "discard", "echo", "file", "forward");
    private static final Set<String> LATER = Set.of("kafka", "tee");

    /** They have a file, standard output or an order of their own, which another one would mix with. */
    private static final Set<String> ONE_AT_MOST = Set.of("console", "file", "forward");

    private Processors() {}

    /** The built-in names, sorted. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Reads the keys {@code processor}, {@code processor-config}, {@code processor-dispatcher}, {@code envelope}, {@code
     * console.raw} and those below {@code file} and {@code forward}; problems are left in the reader. Loads the class where
     * {@code processor} names one; makes nothing else yet.
     *
     * @param connectors reads the keys below {@code forward.tls} and says how connections are made
     */
    public static ProcessorFactory read(
            SettingsReader reader, Function<SettingsReader, Outbound.Connector> connectors) {
        String name = reader.text("processor");
        Config ofUser = reader.open("processor-config");
        // Pekko's; it reads them itself.
        reader.open("processor-dispatcher");
        boolean raw = reader.flag("console.raw");
        if (ONE_AT_MOST.contains(name)) {
            PoolSettings.requireOne(reader, name);
        }
        Envelope envelope = reader.choice("envelope", Envelope.class);
        FileSettings file = FileSettings.read(reader, envelope, name.equals("file"));
        ForwardSettings forward = ForwardSettings.read(reader, name.equals("forward"), connectors);
        return switch (name) {
            case "console" -> blocking(() -> ConsoleProcessor.onStandardOutput(raw, envelope));
            case "discard" -> discard();
            case "echo" -> quick(() -> new EchoProcessor(envelope, Clock.systemUTC()));
            case "file" -> file(file);
            case "forward" -> forward(forward);
            default -> name.indexOf('.') < 0 ? unknown(name, reader) : ofUser(name, ofUser, reader);
        };
    }

    private static ProcessorFactory ofUser(String name, Config config, SettingsReader reader) {
        return UserClass.find("processor", name, config, reader, Processor.class, AsyncProcessor.class)
                .map(Processors::factory)
                .orElseGet(Processors::discard);
    }

    private static ProcessorFactory factory(UserClass found) {
        return found.is(Processor.class)
                ? () -> found.make(Processor.class)
                : async(() -> found.make(AsyncProcessor.class));
    }

    private static ProcessorFactory unknown(String name, SettingsReader reader) {
        String expected = String.join("|", NAMES) + ", or the full name of a class";
        reader.problem("processor", LATER.contains(name) ? expected + "; this one is not in this version" : expected);
        return discard();
    }

    /** Prints frames to standard output: escaped, a line for each frame of a delimited protocol. */
    public static ProcessorFactory console() {
        return blocking(() -> ConsoleProcessor.onStandardOutput(false, Envelope.NONE));
    }

    /** Does nothing with any frame. */
    public static ProcessorFactory discard() {
        return quick(DiscardProcessor::new);
    }

    /** Sends every frame back. */
    public static ProcessorFactory echo() {
        return quick(() -> new EchoProcessor(Envelope.NONE, Clock.systemUTC()));
    }

    private static ProcessorFactory quick(ProcessorFactory factory) {
        return new WithoutStorage(factory, false);
    }

    private static ProcessorFactory blocking(ProcessorFactory factory) {
        return new WithoutStorage(factory, true);
    }

    private record WithoutStorage(ProcessorFactory factory, boolean blocks) implements ProcessorFactory {
        @Override
        public Processor create() throws Exception {
            return factory.create();
        }

        @Override
        public AckStep reaches() {
            return AckStep.PROCESSED;
        }
    }

    /**
     * Asynchronous processors, for {@link ProcessorSupervisor} and {@code TlsServer.bind}; they need no thread of the
     * processors' dispatcher.
     */
    public static ProcessorFactory async(AsyncProcessorFactory factory) {
        return new AsyncFactory(factory);
    }

    /**
     * Appends frames to a file, as {@code file} does with its defaults: never rotated, on stable storage with each
     * commit. One processor at a time can have the file; the next one can once this one is closed.
     */
    public static ProcessorFactory file(Path path) {
        return file(FileSettings.of(PathTemplate.plain(path)));
    }

    private static ProcessorFactory forward(ForwardSettings settings) {
        AtomicInteger preferred = new AtomicInteger();
        return new ProcessorFactory() {
            @Override
            public Processor create() {
                return new ForwardProcessor(settings, preferred);
            }

            @Override
            public AckStep reaches() {
                return settings.reaches();
            }
        };
    }

    private static ProcessorFactory file(FileSettings settings) {
        return new FileFactory(settings);
    }

    private record FileFactory(FileSettings settings) implements ProcessorFactory {
        @Override
        public Processor create() throws IOException {
            return FileProcessor.open(settings, new DiskLayer(), Clock.systemUTC());
        }

        @Override
        public AckStep reaches() {
            return FileProcessor.reaches(settings);
        }
    }
}
