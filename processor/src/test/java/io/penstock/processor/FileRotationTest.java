package io.penstock.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.Frames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRotationTest {
    private static final Instant START = Instant.parse("2026-11-23T01:30:00.123Z");
    private static final Optional<Duration> HOUR = Optional.of(Duration.ofHours(1));

    private final RecordingLayer layer = new RecordingLayer();
    private final SteppedClock clock = new SteppedClock(START);
    private final Session lines = FakeSession.lines(1);

    @TempDir
    private Path dir;

    private Path path;

    @BeforeEach
    void nameFile() {
        path = dir.resolve("orders.log");
    }

    @Test
    void setsTheFileAsideBeforeABatchThatWouldMakeItTooLarge() throws Exception {
        try (FileProcessor file = open(Optional.of(10L), Optional.empty())) {
            write(file, "1234");
            write(file, "5678");
            clock.now = START.plusSeconds(1);
            write(file, "9");
        }

        assertThat(names()).containsExactly("orders.log", "orders.log.20261123T013001.123Z");
        assertThat(path).hasContent("9\n");
        assertThat(dir.resolve("orders.log.20261123T013001.123Z")).hasContent("1234\n5678\n");
    }

    @Test
    void neverTearsABatchThatIsLargerThanAFile() throws Exception {
        try (FileProcessor file = open(Optional.of(4L), Optional.empty())) {
            file.processAll(
                    lines, Frames.of(List.of(ByteString.fromString("123456"), ByteString.fromString("123456"))));
            assertThat(names()).containsExactly("orders.log");
        }

        assertThat(path).hasContent("123456\n123456\n");
    }

    @Test
    void movesThenMakesThenSynchronisesFileAndDirectoryBeforeTheBatchIsDone() throws Exception {
        try (FileProcessor file = open(Optional.of(1L), Optional.empty())) {
            write(file, "one");
            layer.calls.clear();
            write(file, "two");

            assertThat(layer.calls)
                    .containsExactly(
                            "close",
                            "move orders.log orders.log.20261123T013000.123Z",
                            "open orders.log",
                            "write 4",
                            "force",
                            "force directory " + dir.getFileName());
        }
    }

    @Test
    void synchronisesWhatIsNotCommittedYetBeforeItIsSetAside() throws Exception {
        try (FileProcessor file = open(Optional.of(1L), Optional.empty())) {
            file.process(lines, ByteString.fromString("one"));
            layer.calls.clear();
            file.process(lines, ByteString.fromString("two"));

            assertThat(layer.calls).startsWith("force", "close", "move orders.log orders.log.20261123T013000.123Z");
        }
    }

    @Test
    void undoesWhatWasSetAsideBeforeItWasCommitted() throws Exception {
        try (FileProcessor file = open(Optional.of(8L), Optional.empty())) {
            write(file, "kept");
            file.process(lines, ByteString.fromString("1"));
            file.process(lines, ByteString.fromString("22222"));
            layer.space = 0;
            assertThatThrownBy(() -> file.process(lines, ByteString.fromString("3")))
                    .isInstanceOf(ProcessorUnavailableException.class);
        }

        assertThat(path).isEmptyFile();
        assertThat(dir.resolve("orders.log.20261123T013000.123Z")).hasContent("kept\n");
    }

    @Test
    void leavesNoFileBehindThatHeldNothingButWhatWasUndone() throws Exception {
        try (FileProcessor file = open(Optional.of(1L), Optional.empty())) {
            file.process(lines, ByteString.fromString("one"));
            file.process(lines, ByteString.fromString("two"));
            layer.forceFails = true;
            assertThatThrownBy(file::commit).isInstanceOf(ProcessorUnavailableException.class);
        }

        assertThat(names()).containsExactly("orders.log");
    }

    @Test
    void overwritesNothingWhenTheClockStandsStillOrGoesBack() throws Exception {
        try (FileProcessor file = open(Optional.of(1L), Optional.empty())) {
            write(file, "one");
            write(file, "two");
            write(file, "three");
            clock.now = START.minusSeconds(60);
            write(file, "four");
        }

        assertThat(names())
                .containsExactly(
                        "orders.log",
                        "orders.log.20261123T013000.123Z",
                        "orders.log.20261123T013000.124Z",
                        "orders.log.20261123T013000.125Z");
        assertThat(dir.resolve("orders.log.20261123T013000.125Z")).hasContent("three\n");
    }

    @Test
    void countsTheAgeFromTheFirstEntry() throws Exception {
        try (FileProcessor file = open(Optional.empty(), HOUR)) {
            clock.now = START.plus(Duration.ofDays(3));
            write(file, "first");
            clock.now = clock.now.plus(Duration.ofMinutes(59));
            write(file, "second");
            assertThat(names()).containsExactly("orders.log");
            clock.now = clock.now.plus(Duration.ofMinutes(1));
            write(file, "third");
        }

        assertThat(names()).hasSize(2);
        assertThat(path).hasContent("third\n");
    }

    @Test
    void countsTheAgeFromTheFilesBirthAfterARestart() throws Exception {
        Files.writeString(path, "old\n");
        Instant birth = Files.readAttributes(path, BasicFileAttributes.class)
                .creationTime()
                .toInstant();
        clock.now = birth.plus(Duration.ofMinutes(59));
        try (FileProcessor file = open(Optional.empty(), HOUR)) {
            write(file, "same");
            assertThat(names()).containsExactly("orders.log");
            clock.now = birth.plus(Duration.ofMinutes(60));
            write(file, "next");
        }

        assertThat(path).hasContent("next\n");
    }

    @Test
    void setsNoEmptyFileAside() throws Exception {
        open(Optional.of(1L), HOUR).close();
        clock.now = START.plus(Duration.ofDays(2));
        try (FileProcessor file = open(Optional.of(1L), HOUR)) {
            write(file, "first");
        }

        assertThat(names()).containsExactly("orders.log");
    }

    @Test
    void setsNothingAsideOfAFileThatIsOneTornLine() throws Exception {
        Files.writeString(path, "to");
        try (FileProcessor file = open(Optional.of(1L), Optional.empty())) {
            write(file, "new");
        }

        assertThat(path).hasContent("new\n");
        assertThat(dir.resolve("orders.log.torn.20261123T013000.123Z")).hasContent("to");
        assertThat(names()).hasSize(2);
    }

    @Test
    void losesNothingWhenTheBatchAfterRotationFails() throws Exception {
        try (FileProcessor file = open(Optional.of(1L), Optional.empty())) {
            write(file, "one");
            layer.space = 2;
            assertThatThrownBy(() -> write(file, "two")).hasMessageContaining("No space left");
            layer.space = 100;
            write(file, "two");
        }

        assertThat(path).hasContent("two\n");
        assertThat(dir.resolve("orders.log.20261123T013000.123Z")).hasContent("one\n");
    }

    @Test
    void deletesFilesThatWereSetAsideTooLongAgo() throws Exception {
        Files.writeString(dir.resolve("orders.log.20261123T003000.122Z"), "too old");
        Files.writeString(dir.resolve("orders.log.20261123T003000.123Z"), "just in time");
        open(Optional.empty(), Optional.empty(), HOUR, Optional.empty()).close();

        assertThat(names()).containsExactly("orders.log", "orders.log.20261123T003000.123Z");
    }

    @Test
    void countsAndDeletesCompressedFiles() throws Exception {
        Files.writeString(dir.resolve("orders.log.20261101T000000.000Z.gz"), "1");
        Files.writeString(dir.resolve("orders.log.20261102T000000.000Z.gz"), "123456");
        Files.writeString(dir.resolve("orders.log.20261103T000000.000Z"), "12345");
        open(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(11L))
                .close();

        assertThat(names())
                .containsExactly("orders.log", "orders.log.20261102T000000.000Z.gz", "orders.log.20261103T000000.000Z");
    }

    @Test
    void deletesTheOldestFilesUntilTheRestIsSmallEnough() throws Exception {
        Files.writeString(dir.resolve("orders.log.20261101T000000.000Z"), "1");
        Files.writeString(dir.resolve("orders.log.20261102T000000.000Z"), "123456");
        Files.writeString(dir.resolve("orders.log.20261103T000000.000Z"), "12345");
        Files.writeString(path, "the current file does not count\n");
        open(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(10L))
                .close();

        assertThat(names()).containsExactly("orders.log", "orders.log.20261103T000000.000Z");
    }

    @Test
    void deletesWhatRotationMakesTooMuch() throws Exception {
        try (FileProcessor file = open(Optional.of(1L), Optional.empty(), Optional.empty(), Optional.of(4L))) {
            write(file, "one");
            write(file, "two");
            write(file, "six");
        }

        assertThat(names()).containsExactly("orders.log", "orders.log.20261123T013000.124Z");
    }

    @Test
    void deletesNothingButItsOwnFiles() throws Exception {
        List<String> others = List.of(
                "orders.log.20201101T000000.000Z.bz2",
                "orders.log.torn.20201101T000000.000Z",
                "orders.log.20201101T000000.000",
                "orders.log.20201399T000000.000Z",
                "orders.log.old",
                "others.log.20201101T000000.000Z",
                "orders.log2.20201101T000000.000Z");
        for (String other : others) {
            Files.writeString(dir.resolve(other), "keep");
        }
        open(Optional.empty(), Optional.empty(), HOUR, Optional.of(1L)).close();

        assertThat(names()).containsAll(others).hasSize(others.size() + 1);
    }

    @Test
    void goesOnWhenAFileCannotBeDeleted() throws Exception {
        Path stubborn = dir.resolve("orders.log.20201101T000000.000Z");
        Files.createDirectories(stubborn.resolve("a directory that is not empty"));
        try (FileProcessor file = open(Optional.empty(), Optional.empty(), HOUR, Optional.empty())) {
            write(file, "one");
        }

        assertThat(stubborn).exists();
        assertThat(path).hasContent("one\n");
    }

    private FileProcessor open(Optional<Long> rotateSize, Optional<Duration> rotateAge) throws IOException {
        return open(rotateSize, rotateAge, Optional.empty(), Optional.empty());
    }

    private FileProcessor open(
            Optional<Long> rotateSize,
            Optional<Duration> rotateAge,
            Optional<Duration> keepAge,
            Optional<Long> keepSize)
            throws IOException {
        FileSettings.Rotation rotation =
                new FileSettings.Rotation(rotateSize, rotateAge, keepAge, keepSize, FileSettings.Compress.OFF);
        return FileProcessor.open(FileFixtures.settings(path, rotation), layer, clock);
    }

    private void write(FileProcessor file, String line) throws ProcessorUnavailableException {
        file.process(lines, ByteString.fromString(line));
        file.commit();
    }

    /** What stands in the directory, without the lock. */
    private List<String> names() throws Exception {
        try (Stream<Path> all = Files.list(dir)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}
