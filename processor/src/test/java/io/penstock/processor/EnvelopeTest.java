package io.penstock.processor;

import static io.penstock.processor.FileFixtures.frames;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.penstock.protocol.Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvelopeTest {
    private static final String HEAD = "{\"time\":\"2026-11-23T01:30:00.120Z\",\"listener\":\"default\",";

    private final SteppedClock clock = new SteppedClock(Instant.parse("2026-11-23T01:30:00.120999Z"));

    @Nested
    class Json {
        @Test
        void saysWhenFromWhomAndWhat() {
            assertThat(json(FakeSession.lines(12), ByteString.fromString("a \"b\"")))
                    .isEqualTo(
                            HEAD
                                    + "\"connection\":\"c12\",\"peer\":\"test:1\",\"protocol\":\"lines\",\"payload\":\"a \\\"b\\\"\"}");
        }

        @Test
        void namesTheClientThatHasShownACertificate() {
            assertThat(json(FakeSession.identified(3, "CN=pump-7,O=Example"), ByteString.fromString("x")))
                    .contains("\"peer\":\"test:1\",\"identity\":\"CN=pump-7,O=Example\",\"protocol\"");
        }

        @Test
        void encodesWhatIsNotUtf8() {
            assertThat(json(FakeSession.raw(1), ByteString.fromArray(new byte[] {(byte) 0xff, 0, 'a'})))
                    .endsWith(",\"protocol\":\"raw\",\"payload_base64\":\"/wBh\"}");
        }

        @Test
        void escapesWhateverCouldFakeText() {
            String hostile = "\0\u001b[2J\r\n\u007f\u0080\u009b\u00ad\u200b\u202e\u2028\u2066\ufeff\udb40\udc41";

            assertThat(json(FakeSession.lines(1), ByteString.fromString(hostile)))
                    .endsWith("\"payload\":\"\\u0000\\u001B[2J\\r\\n\\u007F\\u0080\\u009b\\u00ad\\u200b\\u202e\\u2028"
                            + "\\u2066\\ufeff\\udb40\\udc41\"}");
        }

        @Test
        void leavesOtherLettersReadable() {
            assertThat(json(FakeSession.lines(1), ByteString.fromString("Grüße, 世界 \t\\")))
                    .endsWith("\"payload\":\"Grüße, 世界 \\t\\\\\"}");
        }

        @Test
        void readsBackAsItWasSentWhateverTheCharacter() throws IOException {
            StringBuilder all = new StringBuilder();
            for (int point = 0; point <= Character.MAX_CODE_POINT; point += point < 0x3000 ? 1 : 251) {
                if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                    all.appendCodePoint(point);
                }
            }
            String line = json(FakeSession.lines(1), ByteString.fromString(all.toString()));

            assertThat(payload(line)).isEqualTo(all.toString());
            assertThat(Escaper.escape(line)).isEqualTo(line);
        }

        private String payload(String line) throws IOException {
            try (JsonParser parser = new JsonFactory().createParser(line)) {
                String last = "";
                for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    last = token == JsonToken.VALUE_STRING ? parser.getText() : last;
                }
                return last;
            }
        }
    }

    @Nested
    class OfProcessors {
        @TempDir
        private Path dir;

        @Test
        void echoSendsTheEnvelopeBack() {
            FakeSession session = FakeSession.lines(1);
            new EchoProcessor(Envelope.JSON, clock).processAll(session, frames("one", "two"));

            assertThat(session.sent())
                    .extracting(ByteString::utf8String)
                    .satisfiesExactly(
                            one -> assertThat(one).startsWith(HEAD).endsWith("\"one\"}"),
                            two -> assertThat(two).startsWith(HEAD).endsWith("\"two\"}"));
        }

        @Test
        void consolePrintsALineForEachFrameAlsoOfRaw() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new ConsoleProcessor(out, false, Envelope.JSON, clock).processAll(FakeSession.raw(1), frames("a", "b"));

            assertThat(out.toString(UTF_8).lines()).hasSize(2).allMatch(line -> line.startsWith(HEAD));
        }

        @Test
        void consolePrintsLengthsAndBytesAsTheyAre() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new ConsoleProcessor(out, false, Envelope.LENGTH, clock)
                    .processAll(FakeSession.lines(1), frames("\u001b", ""));

            assertThat(out.toByteArray()).containsExactly(0, 0, 0, 1, 0x1b, 0, 0, 0, 0);
        }

        @Test
        void fileWritesALineOfJsonForEachFrame() throws Exception {
            write(Envelope.JSON, FakeSession.raw(1), frames("a", "b\n"));

            assertThat(Files.readAllLines(dir.resolve("file")))
                    .satisfiesExactly(
                            one -> assertThat(one).startsWith(HEAD).endsWith("\"payload\":\"a\"}"),
                            two -> assertThat(two).startsWith(HEAD).endsWith("\"payload\":\"b\\n\"}"));
        }

        @Test
        void fileWritesALengthBeforeEachFrame() throws Exception {
            byte[] large = new byte[70_000];
            large[69_999] = '\n';
            write(
                    Envelope.LENGTH,
                    FakeSession.lines(1),
                    Frames.of(List.of(ByteString.fromString("\\a"), ByteString.fromArray(large))));

            byte[] written = Files.readAllBytes(dir.resolve("file"));
            assertThat(written).hasSize(4 + 2 + 4 + 70_000).startsWith(0, 0, 0, 2, '\\', 'a', 0, 1, 0x11, 0x70);
            assertThat(written).endsWith(0, '\n');
        }

        private void write(Envelope envelope, Session session, Frames frames) throws Exception {
            FileSettings settings = FileFixtures.settings(dir.resolve("file"), envelope);
            try (FileProcessor file = FileProcessor.open(settings, new DiskLayer(), clock)) {
                file.processAll(session, frames);
                file.commit();
            }
        }
    }

    private String json(Session session, ByteString payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Envelope.JSON.wrap(session.connection(), clock.instant(), payload, out);
        return out.toString(UTF_8);
    }
}
