package io.penstock.processor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Real files whose every call is noted, and which can fail half way. */
final class RecordingLayer implements FileLayer {
    final List<String> calls = new ArrayList<>();
    private final DiskLayer disk;
    /** Bytes that can still be written; then the disk is full. */
    long space = Long.MAX_VALUE;

    boolean forceFails;
    boolean forceDirectoryFails;
    boolean truncateFails;
    boolean openFails;

    RecordingLayer() {
        this(new DiskLayer());
    }

    RecordingLayer(DiskLayer disk) {
        this.disk = disk;
    }

    @Override
    public OpenFile append(Path file) throws IOException {
        calls.add("open " + file.getFileName());
        if (openFails) {
            throw new IOException("Read-only file system");
        }
        return new Recording(disk.append(file));
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        calls.add("mkdir " + directory.getFileName());
        disk.createDirectory(directory);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        calls.add("move " + from.getFileName() + " " + to.getFileName());
        disk.move(from, to);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        calls.add("force directory " + directory.getFileName());
        if (forceDirectoryFails) {
            throw new IOException("Input/output error");
        }
        disk.forceDirectory(directory);
    }

    private final class Recording implements OpenFile {
        private final OpenFile file;

        Recording(OpenFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            calls.add("write " + bytes.remaining());
            int fits = (int) Math.min(space, bytes.remaining());
            space -= fits;
            ByteBuffer part = bytes.slice(bytes.position(), fits);
            file.write(part);
            if (fits < bytes.remaining()) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void force() throws IOException {
            calls.add("force");
            if (forceFails) {
                throw new IOException("Input/output error");
            }
            file.force();
        }

        @Override
        public void truncate(long size) throws IOException {
            calls.add("truncate " + size);
            if (truncateFails) {
                throw new IOException("EROFS");
            }
            file.truncate(size);
        }

        @Override
        public void close() throws IOException {
            calls.add("close");
            file.close();
        }
    }
}
