package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.penstock.server.Verdict.Wait;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

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

    /** Other threads open files, too. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void countsAsTheSystemDoes(@TempDir Path directory) throws IOException {
        assumeThat(FileRoom.counted()).as("what Linux says from 6.2 on").isPositive();
        List<OutputStream> files = new ArrayList<>();
        long counted = FileRoom.counted();
        long listed = FileRoom.listed();
        for (int i = 0; i < 1000; i++) {
            files.add(Files.newOutputStream(directory.resolve("file-" + i)));
        }
        assertThat(FileRoom.counted() - counted).isCloseTo(1000, within(50L));
        assertThat(FileRoom.listed() - listed).isCloseTo(1000, within(50L));
        for (OutputStream file : files) {
            file.close();
        }
    }

    @Test
    void isOneForAllPortsOfAProcess() {
        assertThat(FileRoom.ofThisProcess()).isSameAs(FileRoom.ofThisProcess());
    }
}
