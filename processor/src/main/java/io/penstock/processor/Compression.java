package io.penstock.processor;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compresses files that were set aside, on a thread that no frame waits for. The original is deleted once the compressed
 * one is on stable storage under its name; when the work is cut short, or the queue is full, the file is found again at
 * the next start.
 */
final class Compression implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Compression.class);
    private static final int QUEUE = 10_000;
    private static final int BUFFER = 64 * 1024;
    private static final String UNFINISHED = SetAside.GZ + ".tmp";

    private final FileLayer layer;
    private final Executor executor;
    private final Runnable stop;
    /** Set aside since the last commit: they may have to be cut. */
    private final List<Path> uncommitted = new ArrayList<>();

    private Compression(FileLayer layer, Executor executor, Runnable stop) {
        this.layer = layer;
        this.executor = executor;
        this.stop = stop;
    }

    /** Files stay as they are. One for each processor: it keeps account of files all the same. */
    static Compression off() {
        return new Compression(new DiskLayer(), work -> {}, () -> {});
    }

    /** For tests: the executor decides when. */
    static Compression by(Executor executor, FileLayer layer) {
        return new Compression(layer, executor, () -> {});
    }

    static Compression onAThreadOfItsOwn(FileLayer layer) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                work -> {
                    Thread thread = new Thread(work, "penstock-compression");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        executor.allowCoreThreadTimeOut(true);
        return new Compression(layer, executor, () -> stop(executor));
    }

    /** Interrupts, which ends the reading and writing of files, and waits for the end. */
    private static void stop(ThreadPoolExecutor executor) {
        executor.shutdownNow();
        try {
            executor.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where the compressed file is written. */
    static Path unfinished(Path file) {
        return file.resolveSibling("." + file.getFileName() + UNFINISHED);
    }

    /** Whether a file is one that was not finished. */
    static boolean isUnfinished(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".")
                && name.endsWith(UNFINISHED)
                && SetAside.parse(file.resolveSibling(name.substring(1, name.length() - UNFINISHED.length())))
                        .isPresent();
    }

    /** Takes up what an earlier process has left. */
    void resume(Inventory found) {
        found.unfinished().forEach(Compression::delete);
        found.setAside().values().stream()
                .flatMap(List::stream)
                .filter(file -> !file.compressed())
                .forEach(file -> add(file.path()));
    }

    /** A file was set aside; it is compressed once what is in it is committed. */
    void setAside(Path file) {
        uncommitted.add(file);
    }

    void commit() {
        uncommitted.forEach(this::add);
        uncommitted.clear();
    }

    void undo() {
        uncommitted.clear();
    }

    /** Compresses a file when it is its turn. */
    void add(Path file) {
        executor.execute(() -> compress(file));
    }

    private void compress(Path file) {
        Path unfinished = unfinished(file);
        try {
            Files.deleteIfExists(unfinished);
            write(file, unfinished);
            finish(file, unfinished, file.resolveSibling(file.getFileName() + SetAside.GZ));
        } catch (NoSuchFileException | ClosedByInterruptException e) {
            // It was deleted because of its age or size; or the server stops.
            LOG.debug("{} is not compressed", file, e);
        } catch (IOException e) {
            LOG.warn("{} is not compressed: {}", file, FileFault.words(e));
        } finally {
            delete(unfinished);
        }
    }

    private void write(Path from, Path to) throws IOException {
        try (InputStream in = Files.newInputStream(from);
                FileLayer.OpenFile out = layer.append(to)) {
            try (GZIPOutputStream zip = new GZIPOutputStream(stream(out), BUFFER)) {
                in.transferTo(zip);
            }
            out.force();
        }
    }

    private void finish(Path file, Path unfinished, Path compressed) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        // From a crash after the renaming: the original decides.
        Files.deleteIfExists(compressed);
        layer.move(unfinished, compressed);
        layer.forceDirectory(file.resolveSibling(""));
        Files.deleteIfExists(file);
    }

    private static OutputStream stream(FileLayer.OpenFile file) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                file.write(ByteBuffer.wrap(bytes, from, length));
            }
        };
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} is left behind: {}", file, FileFault.words(e));
        }
    }

    /** Returns when nothing is being compressed any more. */
    @Override
    public void close() {
        stop.run();
    }
}
