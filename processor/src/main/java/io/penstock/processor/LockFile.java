package io.penstock.processor;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second writer from a file. The lock is on a hidden file beside it ({@code .orders.log.lock}), because the
 * file itself is renamed by rotation, and because POSIX lets go of a process's lock on a file when any reader in that
 * process closes it. The lock file stays when the lock is released: removing it could remove that of the next holder.
 */
final class LockFile implements Closeable {
    /** Locks of this process. Not even to be opened: POSIX would let go of them when that is closed. */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path lock;
    private final FileChannel channel;

    private LockFile(Path lock, FileChannel channel) {
        this.lock = lock;
        this.channel = channel;
    }

    /**
     * Locks.
     *
     * @throws IOException somebody else has the lock, named by process id where it is known; or it cannot be taken
     */
    static LockFile acquire(Path file) throws IOException {
        Path lock = of(file);
        if (!OURS.add(lock)) {
            throw held(process(ProcessHandle.current().pid()), lock);
        }
        try {
            return new LockFile(lock, lock(lock));
        } catch (IOException e) {
            OURS.remove(lock);
            throw e;
        }
    }

    private static FileChannel lock(Path lock) throws IOException {
        FileChannel channel = DiskLayer.open(lock, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        try {
            if (tryLock(channel) == null) {
                throw held(holder(lock), lock);
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static IOException held(String by, Path lock) {
        return new IOException("it is being written by another processor" + by + ", which holds the lock " + lock);
    }

    /** By its real place, whatever links lead there. */
    private static Path of(Path file) throws IOException {
        Path directory = file.toAbsolutePath().resolveSibling("").toRealPath();
        return directory.resolve("." + file.getFileName() + ".lock");
    }

    /**
     * Whether somebody has the lock. Takes it for a moment if nobody has.
     *
     * @throws IOException that cannot be found out
     */
    static boolean isHeld(Path file) throws IOException {
        try {
            Path lock = of(file);
            return OURS.contains(lock) || isHeldByAnother(lock);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static boolean isHeldByAnother(Path lock) throws IOException {
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            return tryLock(channel) == null;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // The holder is in this process, and of another class loader.
            return null;
        }
    }

    private static String holder(Path lock) {
        try {
            String pid = Files.readString(lock, StandardCharsets.US_ASCII).strip();
            return pid.isEmpty() ? "" : process(pid);
        } catch (IOException e) {
            return "";
        }
    }

    private static String process(Object pid) {
        return " (process " + pid + ")";
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            OURS.remove(lock);
        }
    }
}
