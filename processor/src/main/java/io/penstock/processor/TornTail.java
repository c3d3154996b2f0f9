package io.penstock.processor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The incomplete record that a crash leaves at the end of a file. Records are synchronised whole before they are
 * acknowledged, so it holds nothing that was. It is moved into a file beside it, {@code orders.log.torn.STAMP}: who can
 * tell whose bytes they are, if the file was not written by us alone.
 */
final class TornTail {
    private static final Logger LOG = LoggerFactory.getLogger(TornTail.class);
    private static final int BLOCK = 64 * 1024;

    private TornTail() {}

    /** Where in a file the last whole record ends. */
    @FunctionalInterface
    interface Format {
        /**
         * Looks for the end.
         *
         * @param from up to here all records are known to be whole
         */
        long end(FileChannel file, long from) throws IOException;
    }

    /** Records that end in LF. */
    static long lines(FileChannel file, long from) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        long end = file.size();
        while (end > from) {
            long start = Math.max(from, end - BLOCK);
            block.clear().limit((int) (end - start));
            readFully(file, block, start);
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return start + i + 1;
                }
            }
            end = start;
        }
        return from;
    }

    /** Records with a length of four bytes before them. */
    static long lengths(FileChannel file, long from) throws IOException {
        long size = file.size();
        long end = from;
        ByteBuffer block = ByteBuffer.allocate(BLOCK).limit(0);
        long start = end;
        while (size - end >= Envelope.LENGTH_BYTES) {
            if (end + Envelope.LENGTH_BYTES > start + block.limit()) {
                start = end;
                block.clear().limit((int) Math.min(BLOCK, size - start));
                readFully(file, block, start);
            }
            int length = block.getInt((int) (end - start));
            if (length < 0 || length > size - end - Envelope.LENGTH_BYTES) {
                return end;
            }
            end += Envelope.LENGTH_BYTES + length;
        }
        return end;
    }

    private static void readFully(FileChannel file, ByteBuffer block, long at) throws IOException {
        while (block.hasRemaining()) {
            if (file.read(block, at + block.position()) < 0) {
                throw new IOException("it became shorter while it was read");
            }
        }
    }

    /**
     * Moves an incomplete record aside; with nothing whole before it, the whole file.
     *
     * @param from bytes that are known to be whole records
     */
    static void repair(Path file, Format format, long from, FileLayer layer, Instant now) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long end = format.end(channel, from > size ? 0 : from);
            if (end == size) {
                return;
            }
            Path torn = freeName(file, now);
            if (end > 0) {
                copy(channel, end, torn, layer);
                layer.forceDirectory(file.resolveSibling(""));
                truncate(file, end, layer);
            } else {
                layer.move(file, torn);
                layer.forceDirectory(file.resolveSibling(""));
            }
            LOG.warn("{} ended in an incomplete record: its last {} bytes are in {} now", file, size - end, torn);
        }
    }

    private static Path freeName(Path file, Instant now) {
        Instant time = now.truncatedTo(ChronoUnit.MILLIS);
        while (Files.exists(SetAside.torn(file, time))) {
            time = time.plusMillis(1);
        }
        return SetAside.torn(file, time);
    }

    private static void copy(FileChannel from, long start, Path to, FileLayer layer) throws IOException {
        from.position(start);
        InputStream in = Channels.newInputStream(from);
        try (FileLayer.OpenFile out = layer.append(to)) {
            for (byte[] part = in.readNBytes(BLOCK); part.length > 0; part = in.readNBytes(BLOCK)) {
                out.write(ByteBuffer.wrap(part));
            }
            out.force();
        } catch (IOException e) {
            Files.deleteIfExists(to);
            throw e;
        }
    }

    private static void truncate(Path file, long size, FileLayer layer) throws IOException {
        try (FileLayer.OpenFile open = layer.append(file)) {
            open.truncate(size);
            open.force();
        }
    }
}
