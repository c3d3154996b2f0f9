package io.penstock.processor;

import com.typesafe.config.Config;
import io.penstock.protocol.SettingsReader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** The built-in processors, and the choice of one by configuration. */
public final class Processors {
    private static final List<String> NAMES = List.of("console", "discard", "echo", "file");
    private static final Set<String> LATER = Set.of("forward", "kafka", "tee");

    private Processors() {}

    /** The built-in names, sorted. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Reads the keys {@code processor}, {@code processor-config}, {@code processor-dispatcher}, {@code console.raw} and
     * those below {@code file}; problems are left in the reader. Loads the class where {@code processor} names one;
     * makes nothing else yet.
     */
    public static ProcessorFactory read(SettingsReader reader) {
        String name = reader.text("processor");
        Config ofUser = reader.open("processor-config");
        // Pekko's; it reads them itself.
        reader.open("processor-dispatcher");
        boolean raw = reader.flag("console.raw");
        FileSettings file = FileSettings.read(reader, name.equals("file"));
        return switch (name) {
            case "console" -> () -> ConsoleProcessor.onStandardOutput(raw);
            case "discard" -> discard();
            case "echo" -> echo();
            case "file" -> file(file);
            default -> name.indexOf('.') < 0 ? unknown(name, reader) : UserProcessor.find(name, ofUser, reader);
        };
    }

    private static ProcessorFactory unknown(String name, SettingsReader reader) {
        String expected = String.join("|", NAMES) + ", or the full name of a class";
        reader.problem("processor", LATER.contains(name) ? expected + "; this one is not in this version" : expected);
        return discard();
    }

    /** Prints frames to standard output: escaped, a line for each frame of a delimited protocol. */
    public static ProcessorFactory console() {
        return () -> ConsoleProcessor.onStandardOutput(false);
    }

    /** Does nothing with any frame. */
    public static ProcessorFactory discard() {
        return quick(DiscardProcessor::new);
    }

    /** Sends every frame back. */
    public static ProcessorFactory echo() {
        return quick(EchoProcessor::new);
    }

    /** Its processors never block. */
    private static ProcessorFactory quick(ProcessorFactory factory) {
        return new ProcessorFactory() {
            @Override
            public Processor create() throws Exception {
                return factory.create();
            }

            @Override
            public boolean blocks() {
                return false;
            }
        };
    }

    /**
     * Appends frames to a file, as {@code file} does with its defaults: never rotated, each batch on stable storage
     * when it is done. One processor at a time can have the file; the next one can once this one is closed.
     */
    public static ProcessorFactory file(Path path) {
        return file(FileSettings.of(path));
    }

    private static ProcessorFactory file(FileSettings settings) {
        return () -> FileProcessor.open(settings, new DiskLayer(), Clock.systemUTC());
    }
}
