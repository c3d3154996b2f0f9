package io.penstock.server.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.pki.DevelopmentCa;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The effective configuration. The first that has a key gives its value: command line, environment, Java system
 * properties, FILE.conf, the standalone's own settings of the actor system, {@code reference.conf}. Where that leaves
 * {@code quarantine.path} empty, it is in Penstock's home.
 *
 * <p>System properties stand where ConfigFactory has them, above the file; below the environment, as {@code
 * PENSTOCK_OPTS}, which carries them, is for the JVM, and the variable that names a key is the plainer word.
 *
 * @param config resolved; every part of {@code penstock} that the defaults have is there, of the type they have
 * @param problems parts that were replaced by their default because they are no objects
 * @param warnings what was given and is not used
 */
record Layers(Config config, List<String> problems, List<String> warnings) {
    private static final String QUARANTINE = SettingsReader.ROOT + ".quarantine.path";
    private static final String STANDALONE = "io/penstock/server/cli/standalone.conf";

    /**
     * Reads and merges.
     *
     * @throws InvalidSettingsException when FILE.conf cannot be read or resolved
     */
    static Layers load(Arguments arguments, Map<String, String> environment) {
        Reference reference = new Reference();
        List<String> warnings = new ArrayList<>();
        Config file = arguments.file().map(ConfigFile::parse).orElseGet(ConfigFactory::empty);
        warnings.addAll(ConfigFile.misplaced(file, reference));
        List<Assignment> variables = EnvironmentLayer.read(environment, reference, warnings);
        Config merged = layer(arguments.assignments(), reference)
                .withFallback(layer(variables, reference))
                .withFallback(ConfigFactory.systemProperties())
                .withFallback(file)
                .withFallback(ConfigFactory.parseResources(Layers.class.getClassLoader(), STANDALONE))
                .withFallback(reference.defaults());
        List<String> problems = new ArrayList<>();
        Config whole = restore(resolve(merged), SettingsReader.ROOT, reference.root(), problems);
        return new Layers(atHome(whole, environment), List.copyOf(problems), List.copyOf(warnings));
    }

    /** Only here the environment is known, which says where the home is. */
    private static Config atHome(Config config, Map<String, String> environment) {
        if (!config.hasPath(QUARANTINE)
                || !config.getValue(QUARANTINE).unwrapped().equals("")) {
            return config;
        }
        String path = defaultQuarantine(environment).toString();
        return config.withValue(QUARANTINE, ConfigValueFactory.fromAnyRef(path, "default"));
    }

    /** Where frames are kept that are set aside when no configuration says where. */
    static Path defaultQuarantine(Map<String, String> environment) {
        return DevelopmentCa.home(environment).resolve("quarantine");
    }

    private static Config layer(List<Assignment> assignments, Reference reference) {
        Config layer = ConfigFactory.empty();
        for (Assignment assignment : assignments) {
            Object value = Values.read(assignment.text(), reference.value(assignment.path()));
            layer = layer.withValue(assignment.path(), ConfigValueFactory.fromAnyRef(value, assignment.origin()));
        }
        return layer;
    }

    private static Config resolve(Config merged) {
        try {
            return merged.resolve();
        } catch (ConfigException e) {
            throw new InvalidSettingsException(List.of(HoconFault.words(e)));
        }
    }

    /**
     * Puts the defaults back where something that is no object hides a part of them. Every key in it would else be a
     * problem of its own, and none would name the mistake.
     */
    private static Config restore(Config config, String path, ConfigObject defaults, List<String> problems) {
        Config restored = config;
        if (hides(config, path)) {
            problems.add(hidden(config, path));
            restored = config.withoutPath(path).withValue(path, defaults);
        }
        for (Map.Entry<String, ConfigValue> entry : defaults.entrySet()) {
            if (entry.getValue() instanceof ConfigObject part) {
                restored = restore(restored, path + "." + ConfigUtil.joinPath(entry.getKey()), part, problems);
            }
        }
        return restored;
    }

    private static boolean hides(Config config, String path) {
        return !config.hasPath(path) || config.getValue(path).valueType() != ConfigValueType.OBJECT;
    }

    private static String hidden(Config config, String path) {
        if (!config.hasPath(path)) {
            return path + ": null (expected: an object)";
        }
        ConfigValue value = config.getValue(path);
        return path + ": " + value.render(ConfigRenderOptions.concise()) + " (expected: an object) at "
                + SettingsReader.describe(value.origin());
    }
}
