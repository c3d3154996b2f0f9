package io.penstock.processor;

import static io.penstock.processor.FileFixtures.frames;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.Frames;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file holds, also when it is opened again or changed by others, and who may have it. */
class FileProcessorTest {
    private final Session lines = FakeSession.lines(1);
    private final Session raw = FakeSession.raw(2);

    @TempDir
    private Path dir;

    private Path path;

    @BeforeEach
    void nameFile() {
        path = dir.resolve("orders.log");
    }

    private FileProcessor open() throws IOException {
        return open(path);
    }

    private FileProcessor open(Path file) throws IOException {
        return FileProcessor.open(FileFixtures.settings(file), new DiskLayer(), Clock.systemUTC());
    }

    @Nested
    class Format {
        @Test
        void writesALineForEachFrame() throws Exception {
            try (FileProcessor file = open()) {
                file.processAll(lines, frames("one", "", "\tthree \u001b"));
                file.process(lines, ByteString.fromString("four"));
            }

            assertThat(path).hasContent("one\n\n\tthree \u001b\nfour\n");
        }

        @Test
        void leavesBackslashesInsideALineAlone() throws Exception {
            try (FileProcessor file = open()) {
                file.processAll(lines, frames("{\"a\":\"b\\n\"}", "C:\\temp"));
            }

            assertThat(path).hasContent("{\"a\":\"b\\n\"}\nC:\\temp\n");
        }

        @Test
        void escapesAFrameThatHoldsALineBreakOrBeginsWithABackslash() throws Exception {
            try (FileProcessor file = open()) {
                file.processAll(lines, frames("a\rb\\c", "a\nb", "\\\\host"));
            }

            assertThat(Files.readString(path)).isEqualTo("\\a\\rb\\\\c\n\\a\\nb\n\\\\\\\\\\host\n");
        }

        @Test
        void readsBackAsItWasSent() throws Exception {
            Random random = new Random(11);
            byte[] alphabet = {'\n', '\r', '\\', 'n', 'r', 'x', 0, (byte) 0xff};
            List<ByteString> sent = new ArrayList<>();
            try (FileProcessor file = open()) {
                for (int i = 0; i < 3000; i++) {
                    byte[] payload = new byte[random.nextInt(8)];
                    for (int j = 0; j < payload.length; j++) {
                        payload[j] = alphabet[random.nextInt(alphabet.length)];
                    }
                    sent.add(ByteString.fromArray(payload));
                }
                file.processAll(lines, Frames.of(sent));
            }

            assertThat(decoded(path)).isEqualTo(sent);
        }

        @Test
        void writesFramesThatAreLongerThanItsBuffer() throws Exception {
            String large = "x".repeat(200_001);
            try (FileProcessor file = open()) {
                file.processAll(lines, frames("first", large, large + "\n"));
            }

            assertThat(path).hasContent("first\n" + large + "\n\\" + large + "\\n\n");
        }

        @Test
        void writesRawByteForByte() throws Exception {
            byte[] all = new byte[256];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) i;
            }
            try (FileProcessor file = open()) {
                file.process(raw, ByteString.fromArray(all));
                file.process(raw, ByteString.fromArray(all));
            }

            assertThat(path).hasBinaryContent(twice(all));
        }
    }

    @Nested
    class Reopening {
        @Test
        void appendsToWhatIsThere() throws Exception {
            Files.writeString(path, "old\n");
            try (FileProcessor file = open()) {
                file.processAll(lines, frames("new"));
            }

            assertThat(path).hasContent("old\nnew\n");
        }

        @Test
        void addsNothingToRawBytes() throws Exception {
            Files.writeString(path, "no line feed");
            try (FileProcessor file = open()) {
                file.process(raw, ByteString.fromString("; more"));
            }

            assertThat(path).hasContent("no line feed; more");
        }

        @Test
        void beginsALineOfItsOwnAfterRawBytes() throws Exception {
            try (FileProcessor file = open()) {
                file.process(raw, ByteString.fromString("raw"));
                file.processAll(lines, frames("one"));
                file.process(raw, ByteString.fromString("raw\n"));
                file.processAll(lines, frames("two"));
            }

            assertThat(path).hasContent("raw\none\nraw\ntwo\n");
        }

        @Test
        void makesTheFileAnewWhenSomebodyRenamedOrDeletedIt() throws Exception {
            Path moved = dir.resolve("moved");
            try (FileProcessor file = open()) {
                file.processAll(lines, frames("one"));
                Files.move(path, moved);
                file.processAll(lines, frames("two"));
                assertThat(path).hasContent("two\n");
                Files.delete(path);
                file.processAll(lines, frames("three"));
            }

            assertThat(moved).hasContent("one\n");
            assertThat(path).hasContent("three\n");
        }

        @Test
        void goesOnAtTheStartWhenSomebodyTruncatedTheFile() throws Exception {
            try (FileProcessor file = open()) {
                file.process(raw, ByteString.fromString("one"));
                Files.write(path, new byte[0]);
                file.processAll(lines, frames("two"));
            }

            assertThat(path).hasContent("two\n");
        }

        @Test
        void followsALink() throws Exception {
            Path target = Files.createDirectory(dir.resolve("elsewhere")).resolve("target.log");
            Files.writeString(target, "old\n");
            Files.createSymbolicLink(path, target);
            try (FileProcessor file = open()) {
                file.processAll(lines, frames("new"));
                assertThatThrownBy(() -> open(target)).hasMessageContaining("being written by another processor");
            }

            assertThat(path).isSymbolicLink();
            assertThat(target).hasContent("old\nnew\n");
        }
    }

    @Nested
    class Access {
        @Test
        void givesNobodyElseTheFile() throws Exception {
            Path file = dir.resolve("new/deep/orders.log");
            open(file).close();

            assertThat(mode(file)).isEqualTo("rw-r-----");
            assertThat(mode(file.resolveSibling(".orders.log.lock"))).isEqualTo("rw-r-----");
            assertThat(mode(dir.resolve("new/deep"))).isEqualTo("rwxr-x---");
            assertThat(mode(dir.resolve("new"))).isEqualTo("rwxr-x---");
        }

        @Test
        void refusesASecondProcessorOfTheSameProcess() throws Exception {
            try (FileProcessor first = open()) {
                first.processAll(lines, frames("one"));
                assertThatThrownBy(() -> open())
                        .isInstanceOf(IOException.class)
                        .hasMessage("cannot open " + path + ": it is being written by another processor (process "
                                + ProcessHandle.current().pid() + "), which holds the lock "
                                + path.resolveSibling(".orders.log.lock"));
            }
            open().close();
        }

        /** POSIX drops a process's locks on a file as soon as the process closes that file anywhere. */
        @Test
        void keepsOtherProcessesOutAlsoAfterItHasRefusedASecondOfItsOwn() throws Exception {
            try (FileProcessor first = open()) {
                first.processAll(lines, frames("one"));
                assertThatThrownBy(() -> open()).hasMessageContaining("is being written by another processor");
                assertThatThrownBy(() -> LockHolder.start(path)).hasMessage("the second process has no lock");
            }
        }

        @Test
        void refusesAFileThatAnotherProcessWrites() throws Exception {
            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            place(LockFile.class) + System.getProperty("path.separator") + place(LockHolder.class),
                            LockHolder.class.getName(),
                            path.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader said = new BufferedReader(new InputStreamReader(other.getInputStream(), UTF_8))) {
                assertThat(said.readLine()).isEqualTo("locked");
                assertThatThrownBy(() -> open())
                        .hasMessageContaining("is being written by another processor (process " + other.pid() + ")");

                other.getOutputStream().close();
                assertThat(other.waitFor()).isZero();
                open().close();
            } finally {
                other.destroyForcibly();
            }
        }

        private static Path place(Class<?> type) throws URISyntaxException {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        }

        private static String mode(Path file) throws Exception {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        }
    }

    private static byte[] twice(byte[] bytes) {
        byte[] all = Arrays.copyOf(bytes, bytes.length * 2);
        System.arraycopy(bytes, 0, all, bytes.length, bytes.length);
        return all;
    }

    /** Reads a file of lines back, as its description says. */
    private static List<ByteString> decoded(Path file) throws Exception {
        String all = Files.readString(file, ISO_8859_1);
        assertThat(all).endsWith("\n").doesNotContain("\r");
        List<ByteString> records = new ArrayList<>();
        for (String line : all.substring(0, all.length() - 1).split("\n", -1)) {
            records.add(line.startsWith("\\") ? unescaped(line.substring(1)) : ByteString.fromString(line, ISO_8859_1));
        }
        return records;
    }

    private static ByteString unescaped(String line) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\') {
                char next = line.charAt(++i);
                payload.write(next == 'n' ? '\n' : next == 'r' ? '\r' : next);
            } else {
                payload.write(c);
            }
        }
        return ByteString.fromArray(payload.toByteArray());
    }
}
