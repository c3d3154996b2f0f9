package io.penstock.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.Frames;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ConsoleProcessorTest {
    private static final ConnectionEnd END = ConnectionEnd.of(ConnectionEnd.Kind.END_OF_STREAM);

    private final Writes out = new Writes();
    private final ConsoleProcessor processor = console(out, false);

    @Nested
    class OfARawConnection {
        private final Session session = FakeSession.raw(1);

        @Test
        void printsBytesBeforeAnyLineFeed() throws IOException {
            processor.process(session, ByteString.fromString("no newline"));

            assertThat(out.writes).containsExactly("no newline");
            assertThat(out.flushes).isEqualTo(1);
        }

        @Test
        void joinsACharacterThatWasSplitBetweenReads() throws IOException {
            byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
            processor.process(session, ByteString.fromArray(euro, 0, 1));
            processor.process(FakeSession.raw(2), ByteString.fromString("other"));
            processor.process(session, ByteString.fromArray(euro, 1, 2));

            assertThat(out.writes).containsExactly("other", "€");
        }

        @Test
        void printsAnIncompleteCharacterEscapedWhenTheConnectionEnds() throws IOException {
            processor.process(session, ByteString.fromArray(new byte[] {'a', (byte) 0xe2, (byte) 0x82}));
            processor.closed(session, END);

            assertThat(out.writes).containsExactly("a", "\\xe2\\x82");
        }

        @Test
        void forgetsAConnectionThatHasEnded() throws IOException {
            processor.process(session, ByteString.fromArray(new byte[] {(byte) 0xe2}));
            processor.closed(session, END);
            processor.closed(session, END);
            processor.close();

            assertThat(out.writes).containsExactly("\\xe2");
        }

        @Test
        void swallowsNoIncompleteCharacterWhenItIsClosed() throws IOException {
            processor.process(session, ByteString.fromArray(new byte[] {(byte) 0xe2}));
            processor.close();

            assertThat(out.writes).containsExactly("\\xe2");
        }
    }

    @Nested
    class OfDelimitedFrames {
        private final Session session = FakeSession.lines(1);

        @Test
        void printsALineForEachFrameInOneWrite() throws IOException {
            processor.processAll(session, frames("one", "", "three"));

            assertThat(out.writes).containsExactly("one\n\nthree\n");
            assertThat(out.flushes).isEqualTo(1);
        }

        @Test
        void keepsAFrameThatHoldsALineFeedOnOneLine() throws IOException {
            processor.processAll(session, frames("a\nb", "\u001b[31m\ttext"));

            assertThat(out.writes).containsExactly("a\\x0ab\n\\x1b[31m\ttext\n");
        }

        @Test
        void neverJoinsACharacterAcrossFrames() throws IOException {
            ByteString euro = ByteString.fromString("€");
            processor.processAll(session, Frames.of(List.of(euro.take(1), euro.drop(1))));

            assertThat(out.writes).containsExactly("\\xe2\n\\x82\\xac\n");
        }
    }

    @Test
    void printsBytesAsTheyAreWhenToldTo() throws IOException {
        ConsoleProcessor verbatim = console(out, true);
        verbatim.process(FakeSession.raw(1), ByteString.fromString("\u001b[0m\r"));
        verbatim.process(FakeSession.lines(2), ByteString.fromString("a\nb"));

        assertThat(out.writes).containsExactly("\u001b[0m\r", "a\nb\n");
    }

    @Test
    void failsWhenTheOutputFails() throws IOException {
        out.broken = true;

        assertThatThrownBy(() -> processor.process(FakeSession.lines(1), ByteString.fromString("lost")))
                .isInstanceOf(IOException.class)
                .hasMessage("Broken pipe");
        out.broken = false;
        processor.process(FakeSession.lines(1), ByteString.fromString("next"));
        assertThat(out.writes).containsExactly("next\n");
    }

    @Test
    void failsOnAFullDevice() throws IOException {
        assumeTrue(Files.exists(Path.of("/dev/full")));
        try (FileOutputStream full = new FileOutputStream("/dev/full")) {
            ConsoleProcessor console = console(full, false);

            assertThatThrownBy(() -> console.process(FakeSession.lines(1), ByteString.fromString("lost")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
        }
    }

    private static ConsoleProcessor console(OutputStream out, boolean verbatim) {
        return new ConsoleProcessor(out, verbatim, Envelope.NONE, Clock.systemUTC());
    }

    private static Frames frames(String... payloads) {
        return Frames.of(Arrays.stream(payloads).map(ByteString::fromString).toList());
    }

    /** Keeps every write apart. */
    private static final class Writes extends OutputStream {
        private final List<String> writes = new ArrayList<>();
        private int flushes;
        private boolean broken;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (broken) {
                throw new IOException("Broken pipe");
            }
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            copy.write(bytes, from, length);
            writes.add(copy.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void flush() {
            flushes++;
        }
    }
}
