package io.penstock.processor;

import static io.penstock.processor.FileFixtures.frames;
import static io.penstock.processor.FileFixtures.names;
import static io.penstock.processor.FileFixtures.settings;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressionTest {
    private static final String NAME = "orders.log.20261123T013000.123Z";

    private final RecordingLayer layer = new RecordingLayer();
    private final Queue<Runnable> work = new ArrayDeque<>();
    private final Compression compression = Compression.by(work::add, layer);

    @TempDir
    private Path dir;

    private Path file;
    private Path compressed;

    @BeforeEach
    void setAside() throws IOException {
        file = Files.writeString(dir.resolve(NAME), "content\n".repeat(20_000));
        compressed = dir.resolve(NAME + ".gz");
    }

    @Test
    void deletesTheOriginalOnceTheCompressedFileIsOnStableStorage() throws IOException {
        compression.add(file);
        run();

        assertThat(names(dir)).containsExactly(NAME + ".gz");
        assertThat(decompressed()).isEqualTo("content\n".repeat(20_000));
        assertThat(layer.calls)
                .startsWith("open ." + NAME + ".gz.tmp")
                .endsWith(
                        "force",
                        "close",
                        "move ." + NAME + ".gz.tmp " + NAME + ".gz",
                        "force directory " + dir.getFileName());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(compressed)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void waitsForTheCommit() {
        compression.setAside(file);
        assertThat(work).isEmpty();
        compression.commit();
        assertThat(work).hasSize(1);
    }

    /** Listeners write their files on threads of their own. */
    @Test
    void isNothingThatProcessorsShareWhereThereIsNone() throws Exception {
        Callable<Boolean> committing = () -> {
            Compression none =
                    Storage.of(settings(file), layer, Clock.systemUTC()).compression();
            for (int i = 0; i < 500_000; i++) {
                none.setAside(file);
                none.commit();
            }
            return true;
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (Future<Boolean> done : threads.invokeAll(List.of(committing, committing))) {
                assertThat(done.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void forgetsWhatIsUndone() {
        compression.setAside(file);
        compression.undo();
        compression.commit();

        assertThat(work).isEmpty();
    }

    @Test
    void keepsTheOriginalWhenTheDiskIsFull() throws IOException {
        layer.space = 20;
        compression.add(file);
        run();

        assertThat(names(dir)).containsExactly(NAME);
        assertThat(Compression.unfinished(file)).doesNotExist();
    }

    @Test
    void keepsTheOriginalWhenTheNameMayNotSurvive() throws IOException {
        layer.forceDirectoryFails = true;
        compression.add(file);
        run();

        assertThat(names(dir)).containsExactly(NAME, NAME + ".gz");
    }

    @Test
    void leavesNothingOfAFileThatWasDeletedMeanwhile() throws IOException {
        compression.add(file);
        Files.delete(file);
        run();

        assertThat(names(dir)).isEmpty();
    }

    @Test
    void takesUpWhatACrashLeft() throws IOException {
        Files.writeString(Compression.unfinished(file), "half");
        Files.writeString(compressed, "from before the original was deleted");
        Path done = Files.writeString(dir.resolve("orders.log.20261122T013000.123Z.gz"), "done");
        Path torn = Files.writeString(dir.resolve("orders.log.torn.20261122T013000.123Z"), "torn");
        compression.resume(Inventory.of(dir));
        assertThat(Compression.unfinished(file)).doesNotExist();
        run();

        assertThat(file).doesNotExist();
        assertThat(decompressed()).startsWith("content\n");
        assertThat(done).hasContent("done");
        assertThat(torn).hasContent("torn");
    }

    @Test
    void findsWhatBelongsToOneFileAlone() throws IOException {
        Files.writeString(dir.resolve("others.log.20261122T013000.123Z"), "x");
        Files.writeString(Compression.unfinished(file), "half");
        Inventory found = Inventory.ofFile(dir.resolve("orders.log"));

        assertThat(found.unfinished()).containsExactly(Compression.unfinished(file));
        assertThat(found.setAside().values())
                .singleElement(InstanceOfAssertFactories.LIST)
                .hasSize(1);
    }

    @Test
    void happensBesideTheFramesAndIsOverWhenTheProcessorIsClosed() throws Exception {
        FileSettings.Rotation rotation = new FileSettings.Rotation(
                Optional.of(1L), Optional.empty(), Optional.empty(), Optional.empty(), FileSettings.Compress.GZIP);
        SteppedClock clock = new SteppedClock(Instant.parse("2026-11-23T01:30:00.123Z"));
        FileSettings settings = FileFixtures.settings(dir.resolve("orders.log"), rotation);
        for (int i = 0; i < 20; i++) {
            try (FileProcessor processor = FileProcessor.open(settings, new DiskLayer(), clock)) {
                processor.processAll(FakeSession.lines(1), frames("line"));
                processor.commit();
            }
        }

        // Of one that was interrupted after the renaming there may be both.
        assertThat(names(dir).stream()
                        .map(name -> name.replaceFirst("\\.gz$", ""))
                        .distinct())
                .hasSize(21);
        try (Stream<Path> all = Files.list(dir)) {
            assertThat(all.filter(Compression::isUnfinished)).isEmpty();
        }
    }

    private void run() {
        work.forEach(Runnable::run);
    }

    private String decompressed() throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(compressed))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
