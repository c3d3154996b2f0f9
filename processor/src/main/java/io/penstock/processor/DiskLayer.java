package io.penstock.processor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Real files. Modes are 0640 and 0750, or for the owner alone 0600 and 0700, less what the process's umask takes away. */
final class DiskLayer implements FileLayer {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final FileAttribute<?>[] FILE_MODE = mode("rw-r-----");
    private static final FileAttribute<?>[] DIRECTORY_MODE = mode("rwxr-x---");
    private static final FileAttribute<?>[] OWNER_FILE_MODE = mode("rw-------");
    private static final FileAttribute<?>[] OWNER_DIRECTORY_MODE = mode("rwx------");

    private final FileAttribute<?>[] fileMode;
    private final FileAttribute<?>[] directoryMode;

    /** Files that the owner's group may read. */
    DiskLayer() {
        this(FILE_MODE, DIRECTORY_MODE);
    }

    private DiskLayer(FileAttribute<?>[] fileMode, FileAttribute<?>[] directoryMode) {
        this.fileMode = fileMode;
        this.directoryMode = directoryMode;
    }

    /** Files that are nobody else's business. */
    static DiskLayer ofOwner() {
        return new DiskLayer(OWNER_FILE_MODE, OWNER_DIRECTORY_MODE);
    }

    private static FileAttribute<?>[] mode(String mode) {
        return POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }

    /** Opens or makes a file with the modes of this layer. */
    static FileChannel open(Path file, Set<StandardOpenOption> options) throws IOException {
        return FileChannel.open(file, options, FILE_MODE);
    }

    @Override
    public OpenFile append(Path file) throws IOException {
        return new Channel(
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), fileMode));
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory, directoryMode);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        // Windows opens no directory, and needs none of this.
        if (POSIX) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private record Channel(FileChannel channel) implements OpenFile {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public void force() throws IOException {
            // Without the time stamps: the size, which reading back needs, is synchronised nevertheless.
            channel.force(false);
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
