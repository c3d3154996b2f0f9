package io.penstock.server.loop;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;

/** What {@code penstock-loops.conf} cannot say, for it depends on the machine. */
public final class LoopConfig {
    static final String SELECTORS = "pekko.io.tcp.nr-of-selectors";
    private static final String DISPATCHER = "pekko.actor.default-dispatcher";

    private LoopConfig() {}

    /**
     * A configuration with one selector for each loop; one that is without event loops stays as it is.
     *
     * @param config resolved, as for an actor system
     */
    public static Config complete(Config config) {
        Config dispatcher = config.getConfig(DISPATCHER);
        return dispatcher.getString("executor").equals(LoopConfigurator.class.getName())
                ? config.withValue(SELECTORS, ConfigValueFactory.fromAnyRef(LoopConfigurator.count(dispatcher)))
                : config;
    }
}
