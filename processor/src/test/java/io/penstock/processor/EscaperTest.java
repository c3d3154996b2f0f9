package io.penstock.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EscaperTest {
    @Test
    void leavesPrintableAsciiAsItIsWithBackslashesToo() {
        StringBuilder all = new StringBuilder("\t");
        for (char c = ' '; c <= '~'; c++) {
            all.append(c);
        }

        assertThat(Escaper.escape(all.toString())).isEqualTo(all.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Grüße", "日本語", "नमस्ते", "👩‍👩‍👧 ❤️", "\u00a0\u00ff", "می\u200cخواهم"})
    void leavesTextOfTheWorldAsItIs(String text) {
        assertThat(Escaper.escape(text)).isEqualTo(text);
    }

    @Test
    void escapesEveryC0ControlAndDel() {
        assertThat(Escaper.escape("\0\u0007\b\n\u000b\r\u001b[2J\u007f"))
                .isEqualTo("\\x00\\x07\\x08\\x0a\\x0b\\x0d\\x1b[2J\\x7f");
    }

    @Test
    void letsLineFeedsPassInAStreamOnly() {
        assertThat(escaped(Escaper.ofStream(), "a\r\n\tb".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("a\\x0d\n\tb");
        assertThat(escaped(Escaper.ofLines(), "a\nb".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("a\\x0ab");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x80, 0x85, 0x9b, 0x9f, 0xad, 0x61c, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060,
                0x2066, 0x2069, 0x206f, 0x3164, 0xfeff, 0xfff9, 0xfffe, 0xffff, 0x1fffe, 0xe0001, 0xe007f, 0x10ffff
            })
    void escapesWhatReordersHidesOrBreaksText(int point) {
        assertThat(Escaper.escape("a" + Character.toString(point) + "b"))
                .isEqualTo("a\\u{" + Integer.toHexString(point) + "}b");
    }

    @ParameterizedTest
    @CsvSource({
        "80, \\x80",
        "ff41, \\xffA",
        "c3, \\xc3",
        "c341, \\xc3A",
        "c0af, \\xc0\\xaf",
        "e08080, \\xe0\\x80\\x80",
        "eda080, \\xed\\xa0\\x80",
        "f4908080, \\xf4\\x90\\x80\\x80",
        "f09f98, \\xf0\\x9f\\x98",
        "e282c3a4, \\xe2\\x82ä",
        "e2821b, \\xe2\\x82\\x1b",
        "f8888080, \\xf8\\x88\\x80\\x80"
    })
    void escapesBytesThatAreNotUtf8OneByOne(String hex, String expected) {
        assertThat(escaped(Escaper.ofLines(), HexFormat.of().parseHex(hex))).isEqualTo(expected);
    }

    @Test
    void leavesEveryOtherAssignedSequenceAsTheJdkDecodesIt() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                continue;
            }
            String text = Character.toString(point);
            String shown = Escaper.escape(text);
            assertThat(shown.equals(text) || shown.startsWith("\\")).isTrue();
            if (Character.isISOControl(point) && point != '\t') {
                assertThat(shown).startsWith("\\");
            }
        }
    }

    @Test
    void anySplitOfTheBytesPrintsTheSame() {
        byte[] bytes = mixed();
        String whole = escaped(Escaper.ofStream(), bytes);

        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(inPieces(bytes, cut, bytes.length)).isEqualTo(whole);
        }
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            random.nextBytes(bytes);
            int first = random.nextInt(bytes.length);
            int second = first + random.nextInt(bytes.length - first);
            assertThat(inPieces(bytes, first, second)).isEqualTo(escaped(Escaper.ofStream(), bytes));
        }
    }

    private static byte[] mixed() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("aä日👩\u202e\u009b\u001b\n".getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(
                new byte[] {(byte) 0xf0, (byte) 0x9f, 'x', (byte) 0xe2, (byte) 0x82, (byte) 0xff, (byte) 0xc3});
        return bytes.toByteArray();
    }

    private static String inPieces(byte[] bytes, int first, int second) {
        ByteString all = ByteString.fromArray(bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Escaper escaper = Escaper.ofStream();
        escaper.escape(all.take(first), out);
        escaper.escape(all.slice(first, second), out);
        escaper.escape(all.drop(second), out);
        escaper.end(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String escaped(Escaper escaper, byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        escaper.escape(ByteString.fromArray(bytes), out);
        escaper.end(out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
