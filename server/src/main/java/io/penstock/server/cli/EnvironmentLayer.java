package io.penstock.server.cli;

import io.penstock.protocol.SettingsReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The variables that set a key. */
final class EnvironmentLayer {
    private static final String PREFIX = "PENSTOCK_";

    /** Of the launcher and of the place where state is kept. */
    private static final Set<String> RESERVED = Set.of("PENSTOCK_HOME", "PENSTOCK_OPTS");

    private EnvironmentLayer() {}

    /**
     * Finds them.
     *
     * @param warnings receives one line when there are variables that look like ours and are not
     */
    static List<Assignment> read(Map<String, String> environment, Reference reference, List<String> warnings) {
        Map<String, String> keys = reference.variables();
        List<Assignment> found = new ArrayList<>();
        List<String> strange = new ArrayList<>();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (!name.startsWith(PREFIX) || RESERVED.contains(name)) {
                return;
            }
            String key = keys.get(name);
            if (key == null || isServiceLink(key, value)) {
                strange.add(name);
            } else {
                found.add(new Assignment(key, value, "environment " + name));
            }
        });
        if (!strange.isEmpty()) {
            warnings.add("environment: no key's value, ignored: " + String.join(", ", strange));
        }
        return found;
    }

    /**
     * Kubernetes and Docker describe a service named {@code penstock} to its neighbours by such variables, one of which
     * has the name of a key of ours: {@code PENSTOCK_PORT=tcp://10.0.0.7:8000}.
     */
    private static boolean isServiceLink(String key, String value) {
        return key.equals(SettingsReader.ROOT + ".port") && value.matches("(tcp|udp|sctp)://.*");
    }
}
