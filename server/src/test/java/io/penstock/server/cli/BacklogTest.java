package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class BacklogTest {
    @Test
    void isMentionedOnlyWhereTheSystemCutsIt() {
        assertThat(Backlog.note(9999, 4096)).isEqualTo(" (backlog 4096: the system cuts 9999)");
        assertThat(Backlog.note(4096, 4096)).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void limitIsTheWholeNumberThatTheKernelTells() throws IOException {
        Process cat = new ProcessBuilder("cat", "/proc/sys/net/core/somaxconn").start();

        assertThat(cat.inputReader().readLine()).isEqualTo(Integer.toString(Backlog.limit()));
    }
}
