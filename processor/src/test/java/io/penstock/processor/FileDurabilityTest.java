package io.penstock.processor;

import static io.penstock.processor.FileFixtures.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a file and its directories are synchronised, and what is left of a batch that could not be written. */
class FileDurabilityTest {
    private final RecordingLayer layer = new RecordingLayer();
    private final Session lines = FakeSession.lines(1);
    private final Session raw = FakeSession.raw(2);

    @TempDir
    private Path dir;

    private Path path;

    @BeforeEach
    void nameFile() {
        path = dir.resolve("orders.log");
    }

    private FileProcessor open() throws IOException {
        return open(path);
    }

    private FileProcessor open(Path file) throws IOException {
        return FileProcessor.open(FileFixtures.settings(file), layer, Clock.systemUTC());
    }

    @Nested
    class Order {
        @Test
        void synchronisesAllBatchesOfACommitAtOnce() throws Exception {
            try (FileProcessor file = open()) {
                file.processAll(lines, frames("zero"));
                file.commit();
                layer.calls.clear();
                file.processAll(lines, frames("one", "two"));
                assertThat(layer.calls).containsExactly("write 8");
                file.process(raw, ByteString.fromString("raw"));
                file.commit();
                assertThat(layer.calls).containsExactly("write 8", "write 3", "force");
            }
        }

        @Test
        void synchronisesNothingWhereNothingWasWritten() throws Exception {
            try (FileProcessor file = open()) {
                file.processAll(lines, frames("one"));
                file.commit();
                layer.calls.clear();
                file.commit();

                assertThat(layer.calls).isEmpty();
            }
        }

        @Test
        void synchronisesDirectoriesThatItMakesThenTheFileThenItsDirectory() throws Exception {
            try (FileProcessor file = open(dir.resolve("a/b/c.log"))) {
                file.processAll(lines, frames("one"));
                file.commit();
            }

            assertThat(layer.calls)
                    .containsExactly(
                            "mkdir a",
                            "mkdir b",
                            "force directory " + dir.getFileName(),
                            "force directory a",
                            "open c.log",
                            "write 4",
                            "force",
                            "force directory b",
                            "close");
        }

        @Test
        void synchronisesTheDirectoryOfAFileWhoseMakerMayHaveCrashed() throws Exception {
            Files.writeString(path, "old\n");
            try (FileProcessor file = open()) {
                file.processAll(lines, frames("new"));
                file.commit();
            }

            assertThat(layer.calls).containsSubsequence("write 4", "force", "force directory " + dir.getFileName());
        }

        @Test
        void synchronisesWhatWasNotCommittedWhenItIsClosed() throws Exception {
            FileProcessor file = open();
            file.processAll(lines, frames("one"));
            file.close();

            assertThat(layer.calls).endsWith("write 4", "force", "close");
        }

        @Test
        void synchronisesNothingWhenThatIsOff() throws Exception {
            try (FileProcessor file = FileProcessor.open(withoutSync(), layer, Clock.systemUTC())) {
                assertThat(file.commits()).isFalse();
                file.processAll(lines, frames("one"));
                file.processAll(lines, frames("two"));
            }

            assertThat(layer.calls).noneMatch(call -> call.startsWith("force"));
        }
    }

    @Nested
    class Failure {
        @Test
        void leavesNothingOfWhatWasNotCommittedWhenABatchDoesNotFit() throws Exception {
            try (FileProcessor file = open()) {
                file.processAll(lines, frames("kept"));
                file.commit();
                layer.space = 12;
                file.processAll(lines, frames("first"));
                assertThatThrownBy(() -> file.processAll(lines, frames("one", "two")))
                        .isInstanceOf(ProcessorUnavailableException.class)
                        .hasMessage("cannot append to " + path
                                + ": No space left on device; frames are held until it can be written")
                        .cause()
                        .hasNoSuppressedExceptions();
                assertThat(path).hasContent("kept\n");
            }

            layer.space = 100;
            try (FileProcessor next = open()) {
                next.processAll(lines, frames("first"));
                next.processAll(lines, frames("one", "two"));
                next.commit();
            }

            assertThat(path).hasContent("kept\nfirst\none\ntwo\n");
        }

        @Test
        void leavesNothingOfBatchesThatCouldNotBeSynchronised() throws Exception {
            try (FileProcessor file = open()) {
                file.processAll(lines, frames("kept"));
                file.commit();
                layer.forceFails = true;
                file.processAll(lines, frames("held"));
                file.processAll(lines, frames("too"));
                assertThatThrownBy(file::commit)
                        .isInstanceOf(ProcessorUnavailableException.class)
                        .hasMessage("cannot append to " + path
                                + ": Input/output error; frames are held until it can be written");
            }

            assertThat(layer.calls).endsWith("write 5", "write 4", "force", "truncate 5", "close");
            assertThat(path).hasContent("kept\n");
        }

        @Test
        void leavesNothingOfBatchesWhoseFileMayNotBeInItsDirectory() throws Exception {
            try (FileProcessor file = open()) {
                layer.forceDirectoryFails = true;
                file.processAll(lines, frames("held"));
                assertThatThrownBy(file::commit)
                        .isInstanceOf(ProcessorUnavailableException.class)
                        .hasMessageStartingWith("cannot synchronise the directory " + dir + ": Input/output error");
            }

            assertThat(path).isEmptyFile();
        }

        @Test
        void undoesNoMoreThanTheBatchWhereEachIsDoneByItself() throws Exception {
            try (FileProcessor file = FileProcessor.open(withoutSync(), layer, Clock.systemUTC())) {
                file.processAll(lines, frames("done"));
                layer.space = 2;
                assertThatThrownBy(() -> file.processAll(lines, frames("held")))
                        .isInstanceOf(ProcessorUnavailableException.class);
            }

            assertThat(Files.readString(path)).isEmpty();
            try (Stream<Path> all = Files.list(dir)) {
                assertThat(all.filter(file -> SetAside.parse(file).isPresent()))
                        .singleElement()
                        .satisfies(file -> assertThat(file).hasContent("done\n"));
            }
        }

        @Test
        void cutsAFrameThatFilledTheDiskInSeveralWrites() throws Exception {
            layer.space = 100_000;
            try (FileProcessor file = open()) {
                assertThatThrownBy(() -> file.processAll(lines, frames("x".repeat(200_000))))
                        .hasMessageContaining("No space left");
            }

            assertThat(path).isEmptyFile();
        }

        @Test
        void namesWhatElseFailedWhenTheFileCannotBeCut() throws Exception {
            try (FileProcessor file = open()) {
                layer.space = 2;
                layer.truncateFails = true;
                assertThatThrownBy(() -> file.processAll(lines, frames("torn")))
                        .cause()
                        .satisfies(e -> assertThat(e.getSuppressed())
                                .singleElement()
                                .asString()
                                .contains("EROFS"));
            }
            layer.space = 100;
            try (FileProcessor next = open()) {
                next.processAll(lines, frames("torn"));
            }

            assertThat(path).hasContent("torn\n");
        }

        @Test
        void isToldByAFullDevice() throws Exception {
            Path full = Path.of("/dev/full");
            assumeTrue(Files.exists(full));
            try (FileProcessor file = open(full)) {
                assertThatThrownBy(() -> file.processAll(lines, frames("lost")))
                        .isInstanceOf(ProcessorUnavailableException.class)
                        .hasMessageStartingWith("cannot append to /dev/full: No space left on device");
            }
            assertThat(Path.of("/dev/.full.lock")).doesNotExist();
        }

        @Test
        void namesTheFileThatCannotBeOpened() throws Exception {
            Path file = Files.createFile(dir.resolve("file"));

            assertThatThrownBy(() -> open(dir)).hasMessage("cannot open " + dir + ": it is a directory");
            assertThatThrownBy(() -> open(file.resolve("below/x.log")))
                    .hasMessageStartingWith("cannot open " + file + "/below/x.log: ");
        }
    }

    private FileSettings withoutSync() {
        FileSettings settings = FileFixtures.settings(
                path,
                new FileSettings.Rotation(
                        Optional.of(1L),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        FileSettings.Compress.OFF));
        return new FileSettings(
                settings.path(),
                FileSettings.Sync.OFF,
                settings.envelope(),
                settings.rotation(),
                settings.partitions());
    }
}
