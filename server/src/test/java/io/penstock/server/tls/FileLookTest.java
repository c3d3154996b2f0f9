package io.penstock.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FileLookTest {
    private final Path file;
    private final FileLook look;

    FileLookTest(@TempDir Path dir) {
        this.file = dir.resolve("file");
        this.look = new FileLook(Set.of(file));
    }

    @Test
    void tellsContentsApartAndNothingElse() throws IOException {
        Files.writeString(file, "one");
        Map<Path, String> one = look.take();
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        assertThat(look.take()).isEqualTo(one);

        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        assertThat(look.take()).isNotEqualTo(one);
        Files.writeString(file, "one");
        assertThat(look.take()).isEqualTo(one);
    }

    @Test
    void tellsWhatIsNoFile() throws IOException {
        Map<Path, String> nothing = look.take();
        Files.createDirectory(file);

        assertThat(look.take()).isNotEqualTo(nothing);
    }

    @Test
    void readsALargeFileAgainWhenItHasChanged() throws IOException {
        byte[] content = new byte[100_000];
        Files.write(file, content);
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        Map<Path, String> one = look.take();
        assertThat(look.take()).isEqualTo(one);

        content[50_000] = 1;
        Files.write(file, content);
        assertThat(look.take()).isNotEqualTo(one);
    }

    @Test
    void readsALargeFileAgainThatWasWrittenJustNow() throws IOException {
        byte[] content = new byte[100_000];
        Files.write(file, content);
        FileTime now = FileTime.from(Instant.now());
        Files.setLastModifiedTime(file, now);
        Map<Path, String> one = look.take();

        content[50_000] = 1;
        Files.write(file, content);
        Files.setLastModifiedTime(file, now);
        assertThat(look.take()).isNotEqualTo(one);
    }

    @Test
    @Timeout(20)
    void leavesAPipeToWhoLoadsIt() throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();

        assertThat(look.take()).isEqualTo(look.take());
    }
}
