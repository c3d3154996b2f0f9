package io.penstock.processor;

import static io.penstock.processor.FileFixtures.frames;
import static io.penstock.processor.FileFixtures.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.processor.FileSettings.PartitionLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionsTest {
    private final RecordingLayer layer = new RecordingLayer();
    private final SteppedClock clock = new SteppedClock(Instant.parse("2026-11-23T23:59:59Z"));
    private final Session syslog = FakeSession.syslog(1);
    private PartitionLimits limits = PartitionLimits.DEFAULTS;

    @TempDir
    private Path dir;

    @Test
    void givesEachFrameOfABatchItsFileAndKeepsTheOrder() throws Exception {
        try (FileProcessor file = open("{host}.log")) {
            file.processAll(syslog, frames(of("a", "1"), of("b", "2"), of("a", "3"), "no header", of("b", "4")));
            file.commit();
        }

        assertThat(names(dir)).containsExactly("a.log", "b.log", "unknown.log");
        assertThat(dir.resolve("a.log")).hasContent(of("a", "1") + "\n" + of("a", "3") + "\n");
        assertThat(dir.resolve("b.log")).hasContent(of("b", "2") + "\n" + of("b", "4") + "\n");
        assertThat(dir.resolve("unknown.log")).hasContent("no header\n");
    }

    @Test
    void beginsANewFileWithTheDay() throws Exception {
        try (FileProcessor file = open("{date}/{hour}.log")) {
            write(file, "old");
            clock.now = clock.now.plusSeconds(1);
            write(file, "new");
        }

        assertThat(names(dir)).containsExactly("2026-11-23/23.log", "2026-11-24/00.log");
    }

    @Test
    void synchronisesEveryFileThenEveryDirectoryOnce() throws Exception {
        try (FileProcessor file = open("{host}/{app}.log")) {
            file.processAll(syslog, frames(of("a", "1"), of("b", "2"), of("a", "3")));
            file.processAll(syslog, frames(of("b", "4")));
            layer.calls.removeIf(call -> call.startsWith("open") || call.startsWith("write"));
            file.commit();

            assertThat(layer.calls)
                    .containsExactly(
                            "mkdir a",
                            "mkdir b",
                            "force",
                            "force",
                            "force directory " + dir.getFileName(),
                            "force directory a",
                            "force directory b");
            layer.calls.clear();
            file.processAll(syslog, frames(of("a", "5")));
            file.commit();
            assertThat(layer.calls).containsExactly("write 29", "force");
        }
    }

    @Test
    void synchronisesDirectoriesWhoseMakerMayHaveCrashed() throws Exception {
        Files.createDirectories(dir.resolve("a"));
        try (FileProcessor file = open("{host}/x.log")) {
            file.processAll(syslog, frames(of("a", "1")));
            file.commit();
        }

        assertThat(layer.calls).contains("force directory " + dir.getFileName(), "force directory a");
    }

    @Test
    void undoesAllFilesWhenOneFails() throws Exception {
        try (FileProcessor file = open("{host}")) {
            file.processAll(syslog, frames(of("a", "kept")));
            file.commit();
            layer.space = 40;
            assertThatThrownBy(() -> file.processAll(syslog, frames(of("a", "held"), of("b", "held"))))
                    .isInstanceOf(ProcessorUnavailableException.class)
                    .hasMessageContaining("cannot append to " + dir.resolve("b") + ": No space left on device");
        }

        assertThat(dir.resolve("a")).hasContent(of("a", "kept") + "\n");
        assertThat(dir.resolve("b")).isEmptyFile();
    }

    @Test
    void holdsFramesWhileAFileCannotBeOpened() throws Exception {
        try (FileProcessor file = open("{host}")) {
            layer.openFails = true;
            assertThatThrownBy(() -> file.processAll(syslog, frames(of("a", "1"))))
                    .isInstanceOf(ProcessorUnavailableException.class)
                    .hasMessage("cannot open " + dir.resolve("a")
                            + ": Read-only file system; frames are held until it can be written");
        }
    }

    @Nested
    class OpenFiles {
        @Test
        void areClosedWhenTheyAreTooManyTheLongestUnusedFirst() throws Exception {
            limits = new PartitionLimits(2, Duration.ofMinutes(5), 100);
            try (FileProcessor file = open("{host}")) {
                file.processAll(syslog, frames(of("a", "1"), of("b", "1"), of("a", "2")));
                file.processAll(syslog, frames(of("a", "3")));
                layer.calls.clear();
                file.processAll(syslog, frames(of("c", "1")));
                assertThat(layer.calls).startsWith("force", "close", "open c");
                file.processAll(syslog, frames(of("b", "2")));
                file.commit();
            }

            assertThat(dir.resolve("a")).hasContent(of("a", "1") + "\n" + of("a", "2") + "\n" + of("a", "3") + "\n");
            assertThat(dir.resolve("b")).hasContent(of("b", "1") + "\n" + of("b", "2") + "\n");
        }

        @Test
        void areUndoneAlsoWhenTheyWereClosedBeforeTheCommit() throws Exception {
            limits = new PartitionLimits(1, Duration.ofMinutes(5), 100);
            try (FileProcessor file = open("{host}")) {
                file.processAll(syslog, frames(of("a", "kept")));
                file.commit();
                file.processAll(syslog, frames(of("a", "held"), of("b", "held"), of("c", "held")));
                file.processAll(syslog, frames(of("a", "held")));
                layer.forceFails = true;
                assertThatThrownBy(file::commit).isInstanceOf(ProcessorUnavailableException.class);
            }

            assertThat(dir.resolve("a")).hasContent(of("a", "kept") + "\n");
            assertThat(names(dir)).containsExactly("a");
        }

        @Test
        void areClosedWhenNothingIsWrittenToThem() throws Exception {
            try (FileProcessor file = open("{host}")) {
                file.processAll(syslog, frames(of("a", "1")));
                file.commit();
                clock.now = clock.now.plus(Duration.ofMinutes(4));
                file.processAll(syslog, frames(of("b", "1")));
                file.commit();
                clock.now = clock.now.plus(Duration.ofMinutes(1));
                layer.calls.clear();
                file.commit();
                assertThat(layer.calls).containsExactly("close");
                file.processAll(syslog, frames(of("b", "2"), of("a", "2")));
                assertThat(layer.calls).containsExactly("close", "write 29", "open a", "write 29");
            }
        }

        @Test
        void keepRawBytesAndLinesApartAlsoAfterTheyWereClosed() throws Exception {
            limits = new PartitionLimits(1, Duration.ofMinutes(5), 100);
            try (FileProcessor file = open("{severity}")) {
                file.processAll(FakeSession.raw(1), frames("raw"));
                file.commit();
                file.processAll(FakeSession.lines(2), frames("<13>other"));
                file.processAll(FakeSession.lines(2), frames("line"));
            }

            assertThat(names(dir)).containsExactly("notice", "unknown");
            assertThat(dir.resolve("unknown")).hasContent("raw\nline\n");
        }
    }

    @Nested
    class MostFiles {
        @Test
        void goToOnePartitionWhenTheyAreMore() throws Exception {
            limits = new PartitionLimits(2, Duration.ofMinutes(5), 3);
            try (FileProcessor file = open("{facility}/{host}")) {
                file.processAll(
                        syslog,
                        frames(IntStream.range(0, 10)
                                .mapToObj(i -> of("h" + i, "x"))
                                .toArray(String[]::new)));
                file.processAll(syslog, frames(of("h1", "again"), of("overflow", "itself")));
                file.commit();
            }

            assertThat(names(dir)).containsExactly("user/h0", "user/h1", "user/h2", "user/overflow");
            assertThat(Files.readAllLines(dir.resolve("user/overflow"))).hasSize(8);
            assertThat(Files.readAllLines(dir.resolve("user/h1"))).hasSize(2);
        }

        @Test
        void areThoseThatAreThere() throws Exception {
            limits = new PartitionLimits(2, Duration.ofMinutes(5), 3);
            for (String name : List.of("old", "older", "oldest")) {
                Files.writeString(dir.resolve(name), "");
            }
            try (FileProcessor file = open("{host}")) {
                file.processAll(syslog, frames(of("a", "1"), of("old", "1")));
                Files.delete(dir.resolve("older"));
                Files.delete(dir.resolve("oldest"));
                file.processAll(syslog, frames(of("a", "2")));
                clock.now = clock.now.plusSeconds(60);
                file.processAll(syslog, frames(of("a", "3")));
            }

            assertThat(names(dir)).containsExactly("a", "old", "overflow");
            assertThat(dir.resolve("a")).hasContent(of("a", "3") + "\n");
        }

        @Test
        void doNotBoundWhatNoClientDecidesOn() throws Exception {
            limits = new PartitionLimits(2, Duration.ofMinutes(5), 1);
            try (FileProcessor file = open("{date}-{severity}")) {
                write(file, of("a", "1"));
                write(file, "<8>x");
            }

            assertThat(names(dir)).containsExactly("2026-11-23-emerg", "2026-11-23-notice");
        }
    }

    @Nested
    class Base {
        @Test
        void isLeftByNoLinkToADirectory() throws Exception {
            Path outside = Files.createDirectory(dir.resolve("outside"));
            Path base = Files.createDirectory(dir.resolve("base"));
            Files.createSymbolicLink(base.resolve("a"), outside);
            try (FileProcessor file = open(base, "{host}/deep/{app}")) {
                assertThatThrownBy(() -> file.processAll(syslog, frames(of("a", "1"))))
                        .isInstanceOf(ProcessorUnavailableException.class)
                        .hasMessageContaining("it leads out of " + base + ", to " + outside);
            }

            assertThat(outside).isEmptyDirectory();
        }

        @Test
        void isLeftByNoLinkToAFile() throws Exception {
            Path outside = Files.writeString(dir.resolve("outside"), "mine\n");
            Path base = Files.createDirectory(dir.resolve("base"));
            Files.createSymbolicLink(base.resolve("a"), outside);
            Files.createSymbolicLink(base.resolve("b"), dir.resolve("new"));
            try (FileProcessor file = open(base, "{host}")) {
                assertThatThrownBy(() -> file.processAll(syslog, frames(of("a", "1"))))
                        .hasMessageContaining("it leads out of");
                assertThatThrownBy(() -> file.processAll(syslog, frames(of("b", "1"))))
                        .isInstanceOf(ProcessorUnavailableException.class);
            }

            assertThat(outside).hasContent("mine\n");
            assertThat(dir.resolve("new")).doesNotExist();
        }

        @Test
        void mayHoldLinksThatStayInside() throws Exception {
            Files.createDirectory(dir.resolve("b"));
            Files.createSymbolicLink(dir.resolve("a"), Path.of("b"));
            try (FileProcessor file = open("{host}/log")) {
                write(file, of("a", "1"));
            }

            assertThat(dir.resolve("b/log")).hasContent(of("a", "1") + "\n");
        }

        @Test
        void isOneProcessorsAlone() throws Exception {
            try (FileProcessor first = open("{host}")) {
                write(first, "x");
                assertThatThrownBy(() -> open("{date}"))
                        .hasMessageStartingWith("cannot open " + dir + ": it is being written by another processor")
                        .hasMessageEndingWith(dir.resolve(".penstock.lock").toString());
            }
            open("{date}").close();
        }

        @Test
        void isMadeWhereItIsMissing() throws Exception {
            try (FileProcessor file = open(dir.resolve("new/deep"), "{host}")) {
                write(file, "x");
            }

            assertThat(layer.calls)
                    .startsWith(
                            "mkdir new", "mkdir deep", "force directory " + dir.getFileName(), "force directory new")
                    .endsWith("force", "force directory deep", "close");
        }

        @Test
        void holdsFilesOnly() throws Exception {
            Files.createDirectory(dir.resolve("a"));
            try (FileProcessor file = open("{host}")) {
                assertThatThrownBy(() -> file.processAll(syslog, frames(of("a", "1"))))
                        .hasMessageContaining("cannot open " + dir.resolve("a") + ": it is not a file");
            }
        }
    }

    private static String of(String host, String text) {
        return "<13>Oct 11 22:14:15 " + host + " app: " + text;
    }

    private static void write(FileProcessor file, String frame) throws ProcessorUnavailableException {
        file.processAll(FakeSession.syslog(1), frames(frame));
        file.commit();
    }

    private FileProcessor open(String template) throws IOException {
        return open(dir, template);
    }

    private FileProcessor open(Path base, String template) throws IOException {
        return FileProcessor.open(FileFixtures.template(base, template, limits), layer, clock);
    }
}
