package io.penstock.processor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.Frames;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that writes and acknowledges is killed, by a signal that it cannot handle. */
class CrashTest {
    private static final String PAYLOAD = "\"payload\":\"";
    private static final int ACKNOWLEDGED_BEFORE = 10;

    @TempDir
    private Path dir;

    @ParameterizedTest
    @EnumSource(Envelope.class)
    void everyAcknowledgedFrameIsThereAndTheTailIsWhole(Envelope envelope) throws Exception {
        Path path = dir.resolve("orders.log");
        int acknowledged = 0;
        for (int crash = 0; crash < 2; crash++) {
            acknowledged = killedWhileWriting(path, envelope, acknowledged + 1);
            List<Integer> numbers = repaired(path, envelope);

            // What was written and not acknowledged is there as well, and comes once more.
            assertThat(new TreeSet<>(numbers)).startsWith(upTo(acknowledged));
        }
    }

    /** @return the last number that was acknowledged */
    private static int killedWhileWriting(Path path, Envelope envelope, int first) throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Acknowledger.class.getName(),
                        path.toString(),
                        envelope.name(),
                        Integer.toString(first))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int last = 0;
        try (BufferedReader said = new BufferedReader(new InputStreamReader(writer.getInputStream(), UTF_8))) {
            for (int line = 0; line < ACKNOWLEDGED_BEFORE; line++) {
                last = Integer.parseInt(said.readLine());
            }
            // The handle's leaves the pipe open: what was said before the end is still in it.
            writer.toHandle().destroyForcibly();
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                // The last line may be torn as well.
                last = line.matches("[0-9]{8}") ? Integer.parseInt(line) : last;
            }
            writer.waitFor();
        } finally {
            writer.destroyForcibly();
        }
        return last;
    }

    /** What is there after the next start. */
    private List<Integer> repaired(Path path, Envelope envelope) throws Exception {
        FileSettings settings = FileFixtures.settings(path, envelope);
        try (FileProcessor file = FileProcessor.open(settings, new DiskLayer(), Clock.systemUTC())) {
            file.processAll(FakeSession.lines(1), Frames.empty());
        }
        return envelope == Envelope.LENGTH ? ofLengths(path) : ofLines(path);
    }

    private static List<Integer> ofLines(Path path) throws IOException {
        String text = Files.readString(path);
        assertThat(text).endsWith("\n");
        return text.lines().map(CrashTest::number).toList();
    }

    private static Integer number(String line) {
        int member = line.indexOf(PAYLOAD);
        int start = member < 0 ? 0 : member + PAYLOAD.length();
        return Integer.valueOf(line.substring(start, start + 8));
    }

    private static List<Integer> ofLengths(Path path) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(path))) {
            while (true) {
                byte[] payload = new byte[in.readInt()];
                in.readFully(payload);
                numbers.add(Integer.valueOf(new String(payload, 0, 8, US_ASCII)));
            }
        } catch (EOFException e) {
            assertThat(Files.size(path)).isEqualTo(numbers.size() * (4L + Acknowledger.FRAME));
            return numbers;
        }
    }

    private static Integer[] upTo(int last) {
        Integer[] all = new Integer[last];
        for (int i = 0; i < last; i++) {
            all[i] = i + 1;
        }
        return all;
    }
}
