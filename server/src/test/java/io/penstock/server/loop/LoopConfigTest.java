package io.penstock.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class LoopConfigTest {
    private static Config config(String settings) {
        return ConfigFactory.parseString(settings)
                .withFallback(ConfigFactory.parseResources("penstock-loops.conf"))
                .withFallback(ConfigFactory.load())
                .resolve();
    }

    @Test
    void givesEachLoopASelector() {
        Config config = LoopConfig.complete(config("pekko.actor.default-dispatcher.loops = 3"));
        assertThat(config.getInt(LoopConfig.SELECTORS)).isEqualTo(3);
    }

    @Test
    void hasALoopForEachProcessorUnlessToldOtherwise() {
        assertThat(LoopConfig.complete(config("")).getInt(LoopConfig.SELECTORS))
                .isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void leavesASystemAloneThatHasNoLoops() {
        Config config = ConfigFactory.load();
        assertThat(LoopConfig.complete(config)).isEqualTo(config);
    }
}
