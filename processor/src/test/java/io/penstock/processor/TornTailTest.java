package io.penstock.processor;

import static io.penstock.processor.FileFixtures.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.Frames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TornTailTest {
    private final RecordingLayer layer = new RecordingLayer();
    private final SteppedClock clock = new SteppedClock(Instant.parse("2026-11-23T01:30:00.123Z"));

    @TempDir
    private Path dir;

    private Path path;
    private Path torn;

    @BeforeEach
    void nameFiles() {
        path = dir.resolve("orders.log");
        torn = dir.resolve("orders.log.torn.20261123T013000.123Z");
    }

    @Nested
    class OfLines {
        @Test
        void isMovedAsideBeforeTheFirstLine() throws Exception {
            Files.writeString(path, "whole\nto");
            append(Envelope.NONE, "new", "newer");

            assertThat(path).hasContent("whole\nnew\nnewer\n");
            assertThat(torn).hasContent("to");
        }

        @Test
        void isOnStableStorageBeforeItIsCutOff() throws Exception {
            Files.writeString(path, "whole\nto");
            append(Envelope.NONE, "new");

            assertThat(layer.calls)
                    .containsSubsequence(
                            "open " + torn.getFileName(),
                            "write 2",
                            "force",
                            "force directory " + dir.getFileName(),
                            "truncate 6",
                            "force",
                            "write 4");
        }

        @Test
        void isFoundHoweverLongItIs() throws Exception {
            String tail = "x".repeat(200_000);
            Files.writeString(path, "whole\n" + tail);
            append(Envelope.NONE, "new");

            assertThat(path).hasContent("whole\nnew\n");
            assertThat(torn).hasContent(tail);
        }

        @Test
        void isTheWholeFileWhenThatHasNoLineAtAll() throws Exception {
            Files.writeString(path, "x".repeat(70_000));
            append(Envelope.NONE, "new");

            assertThat(path).hasContent("new\n");
            assertThat(torn).hasSize(70_000);
            assertThat(layer.calls).contains("move orders.log " + torn.getFileName());
        }

        @Test
        void overwritesNoEarlierOne() throws Exception {
            Files.writeString(torn, "earlier");
            Files.writeString(path, "a\nlater");
            append(Envelope.NONE, "new");

            assertThat(torn).hasContent("earlier");
            assertThat(dir.resolve("orders.log.torn.20261123T013000.124Z")).hasContent("later");
        }

        @Test
        void isNoneInAWholeFile() throws Exception {
            Files.writeString(path, "whole\n");
            append(Envelope.NONE, "new");

            assertThat(path).hasContent("whole\nnew\n");
            assertThat(names()).containsExactly("orders.log");
        }

        @Test
        void stopsNothingButTheFramesWhenItCannotBeMoved() throws Exception {
            Files.writeString(path, "whole\nto");
            try (FileProcessor file = open(Envelope.NONE)) {
                layer.space = 1;
                assertThatThrownBy(() -> file.processAll(FakeSession.lines(1), frames("new")))
                        .isInstanceOf(ProcessorUnavailableException.class);
            }
            assertThat(path).hasContent("whole\nto");
            layer.space = 100;
            append(Envelope.NONE, "new");

            assertThat(path).hasContent("whole\nnew\n");
            assertThat(torn).hasContent("to");
        }
    }

    @Nested
    class OfRawBytes {
        @Test
        void doesNotExist() throws Exception {
            Files.writeString(path, "no line feed");
            try (FileProcessor file = open(Envelope.NONE)) {
                file.processAll(FakeSession.raw(1), frames("; more"));
                file.commit();
            }

            assertThat(path).hasContent("no line feed; more");
            assertThat(names()).containsExactly("orders.log");
        }
    }

    @Nested
    class OfJson {
        @Test
        void isMovedAsideAtTheStart() throws Exception {
            Files.writeString(path, "{\"a\":1}\n{\"a");
            open(Envelope.JSON).close();

            assertThat(path).hasContent("{\"a\":1}\n");
            assertThat(torn).hasContent("{\"a");
        }
    }

    @Nested
    class OfLengths {
        @Test
        void isMovedAsideWhereverTheRecordWasTorn() throws Exception {
            byte[] whole = record("one", "");
            byte[] last = record("three");
            for (int length = 1; length < last.length; length++) {
                Files.write(
                        path,
                        ByteBuffer.allocate(whole.length + length)
                                .put(whole)
                                .put(last, 0, length)
                                .array());
                open(Envelope.LENGTH).close();

                assertThat(path).hasBinaryContent(whole);
                assertThat(torn).hasSize(length);
                Files.delete(torn);
            }
        }

        @Test
        void isNoneInAWholeFile() throws Exception {
            byte[] whole = record("one", "x".repeat(200_000), "", "two".repeat(30_000), "y");
            Files.write(path, whole);
            open(Envelope.LENGTH).close();

            assertThat(path).hasBinaryContent(whole);
            assertThat(names()).containsExactly("orders.log");
        }

        @Test
        void isFoundBehindManyRecords() throws Exception {
            String[] many = Stream.generate(() -> "0123456").limit(20_000).toArray(String[]::new);
            byte[] whole = record(many);
            Files.write(path, ByteBuffer.allocate(whole.length + 2).put(whole).array());
            open(Envelope.LENGTH).close();

            assertThat(path).hasBinaryContent(whole);
            assertThat(torn).hasBinaryContent(new byte[2]);
        }

        @Test
        void isAFileOfAnotherForm() throws Exception {
            Files.writeString(path, "lines\nof text\n");
            open(Envelope.LENGTH).close();

            assertThat(path).isEmptyFile();
            assertThat(torn).hasContent("lines\nof text\n");
        }

        private byte[] record(String... payloads) {
            int size = Stream.of(payloads)
                    .mapToInt(payload -> 4 + payload.length())
                    .sum();
            ByteBuffer all = ByteBuffer.allocate(size);
            for (String payload : payloads) {
                all.putInt(payload.length()).put(payload.getBytes(StandardCharsets.US_ASCII));
            }
            return all.array();
        }
    }

    private FileProcessor open(Envelope envelope) throws IOException {
        return FileProcessor.open(FileFixtures.settings(path, envelope), layer, clock);
    }

    private void append(Envelope envelope, String... lines) throws Exception {
        Frames frames = frames(lines);
        try (FileProcessor file = open(envelope)) {
            file.processAll(FakeSession.lines(1), frames);
            file.commit();
        }
    }

    private List<String> names() throws IOException {
        return FileFixtures.names(dir);
    }
}
