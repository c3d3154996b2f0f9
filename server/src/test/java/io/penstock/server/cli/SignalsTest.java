package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SignalsTest {
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void runsTheActionEachTimeTheSignalArrives() throws Exception {
        CountDownLatch twice = new CountDownLatch(2);
        // WINCH does nothing to a process that has no handler for it.
        Signals.ofTheProcess().on("WINCH", twice::countDown);
        Class<?> signal = Class.forName("sun.misc.Signal");
        Object winch = signal.getConstructor(String.class).newInstance("WINCH");

        signal.getMethod("raise", signal).invoke(null, winch);
        signal.getMethod("raise", signal).invoke(null, winch);

        assertThat(twice.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void refusesASignalThatThePlatformDoesNotHave() {
        assertThatThrownBy(() -> Signals.ofTheProcess().on("NONSENSE", () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SIGNONSENSE: cannot be handled");
    }
}
