package io.penstock.server.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What files hold, as hashes. Content is what counts: a link that is swapped, be it the file itself or a directory above
 * it, is followed like any other, and a new file with the old content is no change. Watching by the operating system
 * was rejected, as it sees nothing of links that change above a file.
 *
 * <p>Small files are read each time. A large one, such as a list of revoked certificates, is read again when its inode,
 * size or times have changed, and as long as it was written too recently for its time to tell. Not thread-safe.
 */
public final class FileLook {
    private static final int SMALL = 64 * 1024;
    /** The coarsest time stamps of the file systems in use (FAT). */
    private static final Duration TOO_RECENT = Duration.ofSeconds(2);

    private final List<Path> files;
    private final Map<Path, Large> large = new HashMap<>();

    private record Large(@Nullable Object inode, long size, Instant modified, Instant readAt, String hash) {
        boolean stillHolds(BasicFileAttributes now) {
            return Objects.equals(inode, now.fileKey())
                    && size == now.size()
                    && modified.equals(now.lastModifiedTime().toInstant())
                    && modified.plus(TOO_RECENT).isBefore(readAt);
        }
    }

    public FileLook(Set<Path> files) {
        this.files = List.copyOf(files);
    }

    /** A word for each file's content, or for why there is none. */
    public Map<Path, String> take() {
        Map<Path, String> look = new LinkedHashMap<>();
        files.forEach(file -> look.put(file, content(file)));
        return look;
    }

    private String content(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                // A pipe (a shell's <(…)) can be read once, and that is for the one who loads it.
                return attributes.isDirectory() ? "directory" : "special";
            }
            return attributes.size() > SMALL ? large(file, attributes) : hash(file);
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }

    private String large(Path file, BasicFileAttributes attributes) throws IOException {
        Large known = large.get(file);
        if (known != null && known.stillHolds(attributes)) {
            return known.hash();
        }
        Instant now = Instant.now();
        String hash = hash(file);
        large.put(
                file,
                new Large(
                        attributes.fileKey(),
                        attributes.size(),
                        attributes.lastModifiedTime().toInstant(),
                        now,
                        hash));
        return hash;
    }

    private static String hash(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
