package io.penstock.protocol;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigMemorySize;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys below {@code penstock} and collects every problem instead of stopping at the first. Each module's
 * settings are read through one of these; what nobody has read in the end is an unknown key.
 *
 * <p>Every getter answers with a usable value also when it has noted a problem, so that reading goes on; {@link
 * #finish} then throws. Not thread-safe.
 */
public final class SettingsReader {
    /** The root of every key. */
    public static final String ROOT = "penstock";

    /** What stands in for a value that must not be shown. */
    public static final String REDACTED = "<redacted>";

    /** How Config describes what comes from a module's jar; a file of that name has no {@code @}. */
    private static final String REFERENCE = "reference.conf @ ";

    private static final Pattern SECRET = Pattern.compile("password|passphrase|secret|token", Pattern.CASE_INSENSITIVE);

    private final Config config;
    private final KeyNames names;
    private final List<String> problems;
    /** Keys and parts that are unknown whoever asks for them. */
    private final Set<String> barred;
    /** Readers of sections that are laid over this one's keys. */
    private final List<SettingsReader> sections = new ArrayList<>();

    private Set<String> known = new HashSet<>();
    private Set<String> open = new HashSet<>();

    /**
     * Starts reading.
     *
     * @param config holds {@code penstock} with the defaults of every {@code reference.conf}
     */
    public SettingsReader(Config config) {
        this(config.getConfig(ROOT), KeyNames.FLAT, new ArrayList<>(), Set.of());
    }

    private SettingsReader(Config config, KeyNames names, List<String> problems, Set<String> barred) {
        this.config = config;
        this.names = names;
        this.problems = problems;
        this.barred = barred;
    }

    /**
     * A reader of the same keys with a section laid over them: a key has the value it has in the section, or else its
     * value here. What it finds wrong is told by this reader's {@link #finish}, with the key below its section when it
     * is set there, and once however many sections it is wrong for when it is not. A section may hold sections.
     *
     * @param section the key of an object, as {@link #sections} gives it
     * @param barred keys and parts that cannot stand in a section: they are unknown there
     */
    public SettingsReader over(String section, String... barred) {
        leave(section);
        Config base = config.withoutPath(ConfigUtil.splitPath(section).get(0));
        ConfigObject own = sound(config.getObject(section), base.root(), section);
        SettingsReader reader = new SettingsReader(
                own.toConfig().withFallback(base), new KeyNames(names, section, own), problems, Set.of(barred));
        sections.add(reader);
        return reader;
    }

    /** Without what would hide a whole part of the keys below: each of those would else be a problem of its own. */
    private ConfigObject sound(ConfigObject own, ConfigObject base, String path) {
        ConfigObject sound = own;
        for (Map.Entry<String, ConfigValue> entry : own.entrySet()) {
            String key = path + "." + ConfigUtil.joinPath(entry.getKey());
            if (!(base.get(entry.getKey()) instanceof ConfigObject part)) {
                continue;
            }
            if (entry.getValue() instanceof ConfigObject inner) {
                sound = sound.withValue(entry.getKey(), sound(inner, part, key));
            } else {
                problem(key, "an object");
                sound = sound.withoutKey(entry.getKey());
            }
        }
        return sound;
    }

    /** How its keys are called in messages. */
    public KeyNames names() {
        return names;
    }

    /**
     * Runs a part of the reading.
     *
     * @return the values of all keys that it has asked for: readers for which these are equal make the same of it
     */
    public Map<String, Object> noting(Runnable reading) {
        Set<String> knownBefore = known;
        Set<String> openBefore = open;
        known = new HashSet<>();
        open = new HashSet<>();
        reading.run();
        Map<String, Object> values = new TreeMap<>();
        Stream.concat(known.stream(), open.stream()).forEach(key -> {
            ConfigValue value = find(key);
            values.put(key, value == null ? "" : value.unwrapped());
        });
        known.addAll(knownBefore);
        open.addAll(openBefore);
        return values;
    }

    /** Any text, also an empty one. */
    public String text(String key) {
        return get(key, "text", config::getString, "");
    }

    /** A text that is absent when it is empty. */
    public Optional<String> optionalText(String key) {
        return Optional.of(text(key)).filter(text -> !text.isEmpty());
    }

    /** A path of the file system that is absent when there is no text or an empty one. Nothing is looked up. */
    public Optional<Path> optionalPath(String key) {
        try {
            return has(key) ? optionalText(key).map(Path::of) : Optional.empty();
        } catch (InvalidPathException e) {
            problem(key, "a path");
            return Optional.empty();
        }
    }

    public boolean flag(String key) {
        return get(key, "true or false", config::getBoolean, false);
    }

    /** A whole number of a range, both ends included. */
    public int integer(String key, int min, int max) {
        return inRange(key, min, max, () -> (long) get(key, "a whole number", config::getInt, min))
                .intValue();
    }

    /** A size in bytes such as {@code 64KiB}, of a range, both ends included. */
    public long bytes(String key, long min, long max) {
        return inRange(
                key,
                min,
                max,
                () -> get(
                        key,
                        "a size such as 64KiB",
                        k -> config.getMemorySize(k).toBytes(),
                        ConfigMemorySize.ofBytes(min).toBytes()));
    }

    /** A part of a whole, 0 to 1. */
    public double fraction(String key) {
        double value = get(key, "a number", config::getDouble, 0.0);
        if (!(value >= 0 && value <= 1)) {
            problem(key, "0..1");
        }
        return value >= 0 && value <= 1 ? value : 0;
    }

    /** A duration such as {@code 10s} that is longer than nothing. */
    public Duration duration(String key) {
        Duration value = get(key, "a duration such as 10s", config::getDuration, Duration.ofSeconds(1));
        if (value.isNegative() || value.isZero()) {
            problem(key, "> 0");
        }
        return value;
    }

    /** A duration, or nothing for {@code off}. */
    public Optional<Duration> durationOrOff(String key) {
        return isOff(key) ? Optional.empty() : Optional.of(duration(key));
    }

    /** A duration in whole seconds of a range, both ends included, or nothing for {@code off}. */
    public Optional<Duration> secondsOrOff(String key, Duration min, Duration max) {
        if (isOff(key)) {
            return Optional.empty();
        }
        Duration value = get(key, "a duration such as 10s", config::getDuration, min);
        boolean sound = value.compareTo(min) >= 0 && value.compareTo(max) <= 0 && value.toNanosPart() == 0;
        if (!sound) {
            problem(key, "whole seconds, " + min.toSeconds() + "s.." + max.toSeconds() + "s");
        }
        return Optional.of(sound ? value : min);
    }

    /** A whole number of at least 1, or nothing for {@code off}. */
    public Optional<Integer> integerOrOff(String key) {
        return integerOrOff(key, 1, Integer.MAX_VALUE);
    }

    /** A size of at least one byte, or nothing for {@code off}. */
    public Optional<Long> bytesOrOff(String key) {
        return isOff(key) ? Optional.empty() : Optional.of(bytes(key, 1, Long.MAX_VALUE));
    }

    /** A whole number of a range, both ends included, or nothing for {@code off}. */
    public Optional<Integer> integerOrOff(String key, int min, int max) {
        return isOff(key) ? Optional.empty() : Optional.of(integer(key, min, max));
    }

    private boolean isOff(String key) {
        known.add(key);
        Object value = config.hasPath(key) ? config.getValue(key).unwrapped() : "";
        return Boolean.FALSE.equals(value) || "off".equals(value);
    }

    /** One of an enum's constants, written in kebab-case. */
    public <E extends Enum<E>> E choice(String key, Class<E> type) {
        E[] all = type.getEnumConstants();
        String expected = Arrays.stream(all).map(SettingsReader::kebab).collect(Collectors.joining("|"));
        String value = text(key);
        return Arrays.stream(all)
                .filter(constant -> kebab(constant).equals(value))
                .findFirst()
                .orElseGet(() -> {
                    problem(key, expected);
                    return all[0];
                });
    }

    private static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Texts; a single text with commas counts as a list. */
    public List<String> texts(String key) {
        known.add(key);
        if (!config.hasPath(key) || config.getValue(key).valueType() != ConfigValueType.STRING) {
            return get(key, "a list", config::getStringList, List.of());
        }
        return Arrays.stream(text(key).split(",", -1))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    /**
     * The objects within a part whose names the user chooses.
     *
     * @return their full keys, such as {@code tls.certificates.api}, sorted
     */
    public List<String> sections(String key) {
        ConfigObject parent =
                get(key, "an object", config::getObject, ConfigFactory.empty().root());
        List<String> sections = new ArrayList<>();
        parent.forEach((name, child) -> {
            String section = key + "." + ConfigUtil.joinPath(name);
            if (child instanceof ConfigObject) {
                sections.add(section);
            } else {
                known.add(section);
                problem(section, "an object");
            }
        });
        sections.sort(null);
        return sections;
    }

    /** A part that belongs to somebody else: any key is allowed in it. */
    public Config open(String key) {
        open.add(key);
        return get(key, "an object", config::getConfig, config.withoutPath(key).atKey("none"));
    }

    /**
     * Keys, or whole parts, that another reader is responsible for: they are known, and their values are not looked at.
     */
    public void leave(String... keys) {
        known.addAll(List.of(keys));
        open.addAll(List.of(keys));
    }

    /** Whether a key has a value at all; counts as reading it. */
    public boolean has(String key) {
        known.add(key);
        return config.hasPath(key);
    }

    /**
     * Notes that a key's value is not acceptable.
     *
     * @param expected what would be, such as {@code > 0}
     */
    public void problem(String key, String expected) {
        problem(ROOT + "." + names.of(key) + ": " + render(key) + " (expected: " + expected + ")" + at(key));
    }

    /** Notes a problem that has words of its own: one line that names key or file, value and remedy. */
    public void problem(String line) {
        if (!problems.contains(line)) {
            problems.add(line);
        }
    }

    /** Where a key's value comes from: {@code app.conf: 12}, {@code command line}, {@code default}. */
    public String origin(String key) {
        ConfigValue value = find(key);
        return value == null ? "nowhere" : describe(value.origin());
    }

    /** The first line of a file on which something of a part is set; none: the largest number. */
    public int line(String key) {
        ConfigValue value = find(key);
        return value == null ? Integer.MAX_VALUE : firstLine(value);
    }

    private static int firstLine(ConfigValue value) {
        int given = value.origin().lineNumber();
        int own = given < 1 ? Integer.MAX_VALUE : given;
        return value instanceof ConfigObject part
                ? part.values().stream().mapToInt(SettingsReader::firstLine).reduce(own, Math::min)
                : own;
    }

    /** As Config's own search, which throws at a null. */
    private @Nullable ConfigValue find(String key) {
        ConfigValue value = config.root();
        for (String name : ConfigUtil.splitPath(key)) {
            value = value instanceof ConfigObject object ? object.get(name) : null;
        }
        return value;
    }

    /** Short words for where a value comes from. */
    public static String describe(ConfigOrigin origin) {
        String description = origin.description();
        if (description.startsWith(REFERENCE)) {
            return "default";
        }
        int url = description.indexOf(" @ ");
        return url < 0 ? description : description.substring(0, url) + ": " + origin.lineNumber();
    }

    private String at(String key) {
        return " at " + origin(key);
    }

    private String render(String key) {
        ConfigValue value = find(key);
        if (value == null) {
            return "nothing";
        }
        return isSecret(key) ? REDACTED : render(value);
    }

    private static String render(ConfigValue value) {
        return value.valueType() == ConfigValueType.STRING
                ? String.valueOf(value.unwrapped())
                : value.render(ConfigRenderOptions.concise());
    }

    /**
     * Whether a key's value must not be shown: some part of its path names a password, passphrase, secret or token. A
     * last part that ends in {@code -file} names a file that holds one, and may be shown.
     */
    public static boolean isSecret(String key) {
        return !key.endsWith("-file") && SECRET.matcher(key).find();
    }

    private <T> T get(String key, String expected, Function<String, T> getter, T otherwise) {
        known.add(key);
        try {
            return getter.apply(key);
        } catch (ConfigException e) {
            problem(key, expected);
            return otherwise;
        }
    }

    private Long inRange(String key, long min, long max, Supplier<Long> getter) {
        int before = problems.size();
        long value = getter.get();
        if (problems.size() == before && (value < min || value > max)) {
            problem(key, max == Long.MAX_VALUE || max == Integer.MAX_VALUE ? ">= " + min : min + ".." + max);
        }
        return value < min ? min : Math.min(value, max);
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidSettingsException when there is any problem, also an unknown key, with all of them
     */
    public void finish() {
        learn();
        unknown(config);
        unknownInSections();
        check();
    }

    /** What is read in a section may stand in what it is laid over. */
    private void learn() {
        sections.forEach(section -> {
            section.learn();
            known.addAll(section.known);
            open.addAll(section.open);
        });
    }

    private void unknownInSections() {
        sections.forEach(section -> {
            section.unknown(section.names.own());
            section.unknownInSections();
        });
    }

    private void unknown(Config given) {
        given.entrySet().forEach(entry -> {
            String key = entry.getKey();
            if (isWithin(key, barred) || !(known.contains(key) || isWithin(key, open))) {
                problem(ROOT + "." + names.of(key) + ": unknown key" + siblings(key) + " at "
                        + describe(entry.getValue().origin()));
            }
        });
    }

    private static boolean isWithin(String key, Set<String> parts) {
        return parts.stream().anyMatch(part -> key.equals(part) || key.startsWith(part + "."));
    }

    /**
     * For who reads only some of the keys: the others may be anything.
     *
     * @throws InvalidSettingsException when there is any problem, with all of them
     */
    public void check() {
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
    }

    /** What may have been meant, or else the keys that stand where an unknown one does. */
    private String siblings(String key) {
        String parent = key.substring(0, key.lastIndexOf('.') + 1);
        List<String> names = known.stream()
                .filter(other -> other.startsWith(parent) && !isWithin(other, barred))
                .map(other -> other.substring(parent.length()))
                .filter(name -> name.indexOf('.') < 0)
                .sorted()
                .toList();
        // In a section that is unknown itself the whole key is what was mistyped.
        List<String> near =
                names.isEmpty() ? NearNames.near(key, known) : NearNames.near(key.substring(parent.length()), names);
        if (!near.isEmpty()) {
            return " (did you mean " + near.get(0) + "?)";
        }
        return names.isEmpty() ? "" : " (expected: " + String.join("|", names) + ")";
    }
}
