package io.penstock.processor;

import io.penstock.protocol.NearNames;
import io.penstock.protocol.SettingsReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads the sections of {@code tee}, each of which is laid over the other keys and names a processor of its own. */
final class TeeReader {
    static final String NAME = "tee";

    /** What a processor by its name is made of. All else there is one of for all branches. */
    private static final Set<String> OF_A_BRANCH =
            new TreeSet<>(Set.of("processor", "processor-config", "envelope", "console", "file", "forward"));

    private static final Pattern WELL_NAMED = Pattern.compile("[A-Za-z0-9_-]+");

    private final SettingsReader reader;
    private final Function<SettingsReader, ProcessorFactory> processors;
    /** Which branch has a file, by its path. */
    private final Map<Path, String> writers = new HashMap<>();

    /** @param processors reads the keys of one branch's processor */
    TeeReader(SettingsReader reader, Function<SettingsReader, ProcessorFactory> processors) {
        this.reader = reader;
        this.processors = processors;
    }

    /** Where the processor is another one, branches are nobody's. */
    static void ignore(SettingsReader reader) {
        reader.sections(NAME).forEach(reader::leave);
    }

    TeeFactory read() {
        List<String> sections = reader.sections(NAME).stream()
                .sorted(Comparator.comparingInt(reader::line))
                .toList();
        if (sections.size() < 2) {
            reader.problem(
                    NAME,
                    "two sections at the least, each with a processor, as penstock."
                            + reader.names().of("processor") + " is " + NAME);
        }
        List<Branch.Plan> plans = new ArrayList<>();
        for (String section : sections) {
            String name = section.substring(NAME.length() + 1);
            if (isWellNamed(section, name)) {
                plans.add(new Branch.Plan(name, branch(section, name)));
            }
        }
        return new TeeFactory(plans);
    }

    private boolean isWellNamed(String section, String name) {
        boolean well = WELL_NAMED.matcher(name).matches();
        if (!well) {
            reader.leave(section);
            reader.problem(full(reader, section) + ": a branch's name (expected: letters, digits, - and _) at "
                    + reader.origin(section));
        }
        return well;
    }

    private static String full(SettingsReader reader, String key) {
        return SettingsReader.ROOT + "." + reader.names().of(key);
    }

    private ProcessorFactory branch(String section, String name) {
        Set<String> own = reader.open(section).root().keySet();
        SettingsReader branch = reader.over(section);
        own.stream().filter(key -> !OF_A_BRANCH.contains(key)).forEach(key -> foreign(branch, key));
        if (!own.contains("processor")) {
            own.forEach(branch::leave);
            reader.problem(full(reader, section) + ".processor: nothing (expected: " + Processors.expectedOfBranches()
                    + ") at " + reader.origin(section));
            return Processors.discard();
        }
        ProcessorFactory made = processors.apply(branch);
        String processor = branch.text("processor");
        if (Processors.isOneAtMost(processor)) {
            PoolSettings.requireOne(reader, processor + " in branch " + name);
        }
        if (processor.equals("file")) {
            oneWriter(branch, name);
        }
        return made;
    }

    /** What is mistyped is told with all that is unknown. */
    private static void foreign(SettingsReader branch, String key) {
        if (NearNames.near(key, OF_A_BRANCH).isEmpty()) {
            branch.leave(key);
            branch.problem(full(branch, key) + ": not a key of a branch (expected: " + String.join("|", OF_A_BRANCH)
                    + ") at " + branch.origin(key));
        }
    }

    /** They would fight for its lock. Paths with something to be filled in may come out as different ones. */
    private void oneWriter(SettingsReader branch, String name) {
        plainFile(branch)
                .map(path -> writers.putIfAbsent(path, name))
                .ifPresent(before -> branch.problem(
                        "file.path", "another file; branches " + before + " and " + name + " would both write it"));
    }

    private static Optional<Path> plainFile(SettingsReader branch) {
        try {
            return branch.optionalText("file.path")
                    .filter(path -> path.indexOf('{') < 0)
                    .map(path -> Path.of(path).toAbsolutePath().normalize());
        } catch (InvalidPathException reportedByItsReader) {
            return Optional.empty();
        }
    }
}
