package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.BadFrame.Reason;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonProtocolTest {
    private static Decoding json(int max, BadFrameAction action) {
        return new Decoding(Protocols.JSON, max, action);
    }

    private static Decoding json() {
        return json(1000, BadFrameAction.CLOSE);
    }

    @Test
    void cutsValuesWhateverStandsBetweenThem() {
        assertThat(json().feed("{\"a\":1}{\"b\":[2,{}]}\n[]\r\n \u001e\"s\" 12 true\n-1.5e+3 null")
                        .end()
                        .frames)
                .containsExactly("{\"a\":1}", "{\"b\":[2,{}]}", "[]", "\"s\"", "12", "true", "-1.5e+3", "null");
    }

    @Test
    void endsAWordByWhatCannotBePartOfIt() {
        assertThat(json().feed("1[2]3\"4\"5{}").frames).containsExactly("1", "[2]", "3", "\"4\"", "5", "{}");
    }

    @Test
    void respectsStringsAndTheirEscapes() {
        assertThat(json().feed("{\"}\":\"]\\\"}\\\\\"}\"\\\\\"").frames)
                .containsExactly("{\"}\":\"]\\\"}\\\\\"}", "\"\\\\\"");
    }

    @Test
    void findsTheSameValuesInAnySplitOfTheBytes() {
        String text = "{\"a\\\"\":[1,\"]\\\\\",{}]} 12 \"x\\\"y\" true [[[]]]\n-5{\"\u00e4\":\"{\"}";
        List<String> whole = json().feed(text).end().frames;
        assertThat(whole).hasSize(7);
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            assertThat(json().feedInPieces(text, random, 1 + random.nextInt(20)).end().frames)
                    .isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"}", "]", ":", ",", "{},", "\u0000", "'a'"})
    void closesAtWhatBeginsNoValue(String text) {
        assertThat(json(100, BadFrameAction.DROP).feed(text).bad)
                .singleElement()
                .satisfies(bad -> assertThat(bad.reason()).isEqualTo(Reason.MALFORMED))
                .satisfies(bad -> assertThat(bad.action()).isEqualTo(BadFrameAction.CLOSE));
    }

    @Test
    void dropsAValueThatIsTooLongAndGoesOnWithTheNext() {
        String text = "[1] [\"" + "x".repeat(50) + "\"] [2] " + "9".repeat(40) + " [3]";
        for (int piece = 1; piece < text.length(); piece++) {
            Decoding decoding = json(10, BadFrameAction.DROP);
            for (int at = 0; at < text.length(); at += piece) {
                decoding.feed(text.substring(at, Math.min(text.length(), at + piece)));
            }
            assertThat(decoding.frames).containsExactly("[1]", "[2]", "[3]");
            assertThat(decoding.bad).hasSize(2);
        }
    }

    @Test
    void isNotDeepInMemoryHoweverDeepTheNesting() {
        assertThat(json(10, BadFrameAction.DROP).feed("[".repeat(100_000) + "]".repeat(100_000) + "1 ").frames)
                .containsExactly("1");
    }

    @Test
    void doesNotTakeAnUnfinishedValueForOne() {
        assertThat(json().feed("{\"a\":").end().frames).isEmpty();
        assertThat(json().feed("\"a").end().frames).isEmpty();
    }
}
