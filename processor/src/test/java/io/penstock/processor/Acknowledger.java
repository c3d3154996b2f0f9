package io.penstock.processor;

import io.penstock.protocol.Frames;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.util.ByteString;

/** A process that writes numbered frames for ever, and prints the last number of each commit after it. */
final class Acknowledger {
    /** Bytes of a frame: more than the writer's buffer, so that a kill may tear one. */
    static final int FRAME = 100_000;

    private static final int BATCH = 3;

    private Acknowledger() {}

    /** Takes the file, the envelope and the first number. */
    public static void main(String[] args) throws Exception {
        FileSettings settings = FileFixtures.settings(Path.of(args[0]), Envelope.valueOf(args[1]));
        int number = Integer.parseInt(args[2]);
        try (FileProcessor file = FileProcessor.open(settings, new DiskLayer(), Clock.systemUTC())) {
            while (true) {
                file.processAll(FakeSession.lines(1), batch(number));
                file.commit();
                number += BATCH;
                System.out.printf("%08d%n", number - 1);
            }
        }
    }

    private static Frames batch(int first) {
        List<ByteString> frames = IntStream.range(first, first + BATCH)
                .mapToObj(number -> ByteString.fromString(String.format("%08d", number) + "x".repeat(FRAME - 8)))
                .toList();
        return Frames.of(frames);
    }
}
