package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.Verdict.Wait;
import org.junit.jupiter.api.Test;

class FileRoomTest {
    private static final long SECOND = 1_000_000_000;

    private long now;
    private long open = 50;
    private int looks;

    private final FileRoom files = new FileRoom(
            100,
            () -> {
                looks++;
                return open;
            },
            () -> now);

    @Test
    void keepsTheLastFilesForOthers() {
        open = 84;
        assertThat(files.room()).isEqualTo(Verdict.ADMIT);
        open = 85;
        assertThat(files.room()).isEqualTo(new Wait("open-files", "85 of 100 files are open", SECOND / 10));
        open = 60;
        assertThat(files.room()).isEqualTo(Verdict.ADMIT);
    }

    @Test
    void looksAgainOnlyWhenTheLastLookCannotTellAnyMore() {
        for (int i = 0; i < 30; i++) {
            assertThat(files.room()).isEqualTo(Verdict.ADMIT);
        }
        assertThat(looks).isEqualTo(1);
        for (int i = 0; i < 10; i++) {
            files.room();
        }
        assertThat(looks).isEqualTo(2);
        now += SECOND;
        files.room();
        assertThat(looks).isEqualTo(3);
    }

    @Test
    void isAlwaysThereWithoutALimit() {
        FileRoom unlimited = new FileRoom(
                Long.MAX_VALUE,
                () -> {
                    throw new AssertionError("nothing to look for");
                },
                () -> now);
        assertThat(unlimited.room()).isEqualTo(Verdict.ADMIT);
    }

    @Test
    void countsTheFilesOfThisProcess() {
        assertThat(FileRoom.ofThisProcess().room()).isEqualTo(Verdict.ADMIT);
    }

    @Test
    void isOneForAllPortsOfAProcess() {
        assertThat(FileRoom.ofThisProcess()).isSameAs(FileRoom.ofThisProcess());
    }
}
