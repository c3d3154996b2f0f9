package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.FrameDecoder.Decoded;
import java.util.List;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LinesProtocolTest {
    private static Decoding lines(int max, BadFrameAction action) {
        return new Decoding(Protocols.LINES, max, action);
    }

    private static Decoding lines() {
        return lines(100, BadFrameAction.CLOSE);
    }

    @Nested
    class Decode {
        @Test
        void takesLfAndCrlfOff() {
            assertThat(lines().feed("a\nbc\r\n\n\r\nd\n").frames).containsExactly("a", "bc", "", "", "d");
        }

        @Test
        void takesOnlyOneCrOff() {
            assertThat(lines().feed("a\r\r\nb\rc\n").frames).containsExactly("a\r", "b\rc");
        }

        @Test
        void keepsALineThatIsNotComplete() {
            Decoding lines = lines().feed("ab");
            assertThat(lines.frames).isEmpty();
            assertThat(lines.pending()).isEqualTo(2);
            assertThat(lines.feed("c\nd").frames).containsExactly("abc");
            assertThat(lines.pending()).isEqualTo(1);
        }

        @Test
        void seesACrlfThatIsSplitBetweenReads() {
            assertThat(lines().feed("ab\r", "\ncd\r", "e\n").frames).containsExactly("ab", "cd\re");
        }

        @Test
        void endsTheLastLineWithTheStream() {
            assertThat(lines().feed("a\nb").end().frames).containsExactly("a", "b");
            assertThat(lines().feed("a\n").end().frames).containsExactly("a");
            assertThat(lines().end().frames).isEmpty();
        }

        @Test
        void slicesTheReadInsteadOfCopyingIt() {
            ByteString chunk = Decoding.bytes("one\ntwo\nthree\n");
            Frames frames = Protocols.LINES
                    .newDecoder(new FrameLimits(100, BadFrameAction.CLOSE))
                    .decode(chunk)
                    .frames();
            assertThat(frames.size()).isEqualTo(3);
            assertThat(frames.pinnedBytes()).isEqualTo(chunk.size());
            assertThat(frames.payloadBytes()).isEqualTo(11);
        }

        @Test
        void findsTheSameLinesInAnySplitOfTheBytes() {
            Random random = new Random(20261123);
            String alphabet = "ab\r\n";
            for (int round = 0; round < 2_000; round++) {
                StringBuilder text = new StringBuilder();
                for (int i = random.nextInt(60); i > 0; i--) {
                    text.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                for (BadFrameAction action : List.of(BadFrameAction.DROP, BadFrameAction.TRUNCATE)) {
                    Decoding whole = lines(5, action).feed(text.toString()).end();
                    Decoding pieces = lines(5, action)
                            .feedInPieces(text.toString(), random, 4)
                            .end();
                    assertThat(pieces.frames).as("%s of %s", action, text).isEqualTo(whole.frames);
                    assertThat(pieces.bad).hasSameSizeAs(whole.bad);
                }
            }
        }
    }

    @Nested
    class LongLines {
        @Test
        void ofExactlyTheLimitAreFine() {
            assertThat(lines(5, BadFrameAction.CLOSE).feed("12345\r\n", "1234", "5\n", "12345", "\r", "\n").frames)
                    .containsExactly("12345", "12345", "12345");
        }

        @Test
        void closeAsSoonAsTheyAreTooLongAndAfterTheLinesBeforeThem() {
            Decoded decoded = Protocols.LINES
                    .newDecoder(new FrameLimits(5, BadFrameAction.CLOSE))
                    .decode(Decoding.bytes("ok\n123456"));
            assertThat(decoded.fatal()).isTrue();
            assertThat(decoded.frames().get(0).utf8String()).isEqualTo("ok");
            assertThat(decoded.bad().get(0).detail()).isEqualTo("line of 6 bytes or more (expected: <= 5)");
        }

        @Test
        void areDroppedWithoutHarmToTheNextOne() {
            Decoding lines = lines(5, BadFrameAction.DROP).feed("a\n1234567\nb\n", "1234", "567", "890\nc", "\n");
            assertThat(lines.frames).containsExactly("a", "b", "c");
            assertThat(lines.bad).hasSize(2);
            assertThat(lines.bad.get(1).detail()).startsWith("line of 10 bytes");
        }

        @Test
        void areTruncatedInTheirPlace() {
            Decoding lines = lines(5, BadFrameAction.TRUNCATE).feed("a\n1234567\nb\n", "1234", "567", "890\nc\n");
            assertThat(lines.frames).containsExactly("a", "12345", "b", "12345", "c");
            assertThat(lines.bad).hasSize(2);
        }

        @Test
        void areAsLongWhereverTheirDelimiterIsSplit() {
            for (BadFrameAction action : List.of(BadFrameAction.DROP, BadFrameAction.TRUNCATE)) {
                assertThat(lines(2, action).feed("123\r\n").bad)
                        .isEqualTo(lines(2, action).feed("123\r", "\n").bad);
            }
        }

        @Test
        void costNoMemoryWhileTheyAreDropped() {
            FrameDecoder decoder = Protocols.LINES.newDecoder(new FrameLimits(10, BadFrameAction.DROP));
            ByteString chunk = ByteString.fromArray(new byte[65536]);
            for (int i = 0; i < 1000; i++) {
                assertThat(decoder.decode(chunk).frames().isEmpty()).isTrue();
            }
            assertThat(decoder.pendingBytes()).isEqualTo(65_536_000);
            assertThat(decoder.decode(Decoding.bytes("\nb\n")).frames()).containsExactly(Decoding.bytes("b"));
        }

        @Test
        void atTheEndOfTheStreamAreTooLongAsWell() {
            assertThat(lines(5, BadFrameAction.TRUNCATE).feed("1234567").end().frames)
                    .containsExactly("12345");
            assertThat(lines(5, BadFrameAction.DROP).feed("12345\r").end().bad).hasSize(1);
        }
    }

    @Nested
    class Encode {
        @Test
        void putsALineFeedAfterEachPayload() {
            assertThat(Protocols.LINES
                            .encoder()
                            .encode(List.of(Decoding.bytes("a"), Decoding.bytes("")))
                            .utf8String())
                    .isEqualTo("a\n\n");
        }

        @Test
        void endsALineWithCrlfThatEndsInCrItselfSoThatItComesBack() {
            List<ByteString> lines = List.of(Decoding.bytes("a\r"), Decoding.bytes("b"), Decoding.bytes("\r"));
            ByteString wire = Protocols.LINES.encoder().encode(lines);
            assertThat(wire.utf8String()).isEqualTo("a\r\r\nb\n\r\r\n");
            assertThat(lines().feed(wire.utf8String()).frames).containsExactly("a\r", "b", "\r");
        }

        @Test
        void keepsNothingAliveOfTheReadThatAPayloadIsASliceOf() {
            ByteString slice = ByteString.fromArray(new byte[100_000]).slice(10, 20);
            assertThat(Protocols.LINES.encoder().encode(List.of(slice)).isCompact())
                    .isTrue();
        }

        @Test
        void refusesALineFeedWithin() {
            assertThatThrownBy(() -> Protocols.LINES.encoder().encode(List.of(Decoding.bytes("a\nb"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("payload of 3 bytes");
        }
    }
}
