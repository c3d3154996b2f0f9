package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.penstock.protocol.Protocol.Acknowledgement;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LinesReplyTest {
    private static Decoding lines(LinesReply reply, BadFrameAction action) {
        return new Decoding(Protocols.lines(reply), 5, action);
    }

    private static String sent(LinesReply reply, BadFrameAction action, String... chunks) {
        return String.join("", lines(reply, action).feed(chunks).sent);
    }

    @Test
    void echoIsTheLineItself() {
        assertThat(sent(LinesReply.ECHO, BadFrameAction.CLOSE, "a\nb\r\n\nc", "d\r\r\n"))
                .isEqualTo("a\nb\n\ncd\r\r\n");
    }

    @Test
    void echoSaysNothingOfALineThatIsRefused() {
        assertThat(sent(LinesReply.ECHO, BadFrameAction.DROP, "a\n123456\nb\n")).isEqualTo("a\nb\n");
    }

    @Test
    void echoIsOfWhatHasBeenTaken() {
        assertThat(sent(LinesReply.ECHO, BadFrameAction.TRUNCATE, "123456\n")).isEqualTo("12345\n");
        assertThat(sent(LinesReply.ECHO, BadFrameAction.QUARANTINE, "123456\n")).isEqualTo("12345\n");
    }

    @Test
    void countIsTheNumberOfEachLineWithinTheConnection() {
        assertThat(sent(LinesReply.COUNT, BadFrameAction.CLOSE, "a\nb", "b\n", "\n\nc"))
                .isEqualTo("1\n2\n3\n4\n");
    }

    @Test
    void batchIsTheNumberOfTheLastLineOfARead() {
        assertThat(lines(LinesReply.BATCH, BadFrameAction.CLOSE).feed("a\nb\nc\n", "d", "\n", "e\nf\n").sent)
                .containsExactly("3\n", "4\n", "6\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"COUNT", "BATCH"})
    void aLineThatIsTooLongHasItsNumberToo(LinesReply reply) {
        assertThat(lines(reply, BadFrameAction.DROP).feed("123456\n", "b\n123456\nd\n", "e\n").sent)
                .contains("1 refused: line of 6 bytes or more (expected: <= 5)\n", "5\n")
                .contains("3 refused: line of 6 bytes or more (expected: <= 5)\n")
                .contains(reply == LinesReply.COUNT ? "2\n4\n" : "4\n");
        assertThat(lines(reply, BadFrameAction.QUARANTINE).feed("a\n", "123456\n", "c\n").sent)
                .containsExactly("1\n", "2\n", "3\n");
    }

    @Test
    void aRefusalIsOneLine() {
        Receipt receipt = LineReceipts.of(LinesReply.COUNT).of(FrameNumbers.single(7), Frames.empty());
        assertThat(receipt.refused(0, "disk\r\nfull\u001b\u0085\u2028!").utf8String())
                .isEqualTo("7 refused: disk  full   !\n");
    }

    @Test
    void countsTheSameInAnySplitOfTheBytes() {
        String wire = "a\n1234567\r\n\nbcd\r\n123456\n12345\nx\n";
        Random random = new Random(20261123);
        for (BadFrameAction action : List.of(BadFrameAction.DROP, BadFrameAction.TRUNCATE, BadFrameAction.QUARANTINE)) {
            List<String> whole =
                    sent(LinesReply.COUNT, action, wire).lines().sorted().toList();
            for (int round = 0; round < 300; round++) {
                Decoding pieces = lines(LinesReply.COUNT, action).feedInPieces(wire, random, 6);
                assertThat(String.join("", pieces.sent).lines().sorted()).isEqualTo(whole);
            }
        }
    }

    @Test
    void canTellOnlyWhenItReplies() {
        assertThat(Protocols.LINES.acknowledgement()).isEqualTo(Acknowledgement.NEVER);
        assertThat(Protocols.lines(LinesReply.BATCH).acknowledgement()).isEqualTo(Acknowledgement.POSSIBLE);
        assertThat(sent(LinesReply.NONE, BadFrameAction.DROP, "a\n123456\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"none, NONE", "echo, ECHO", "count, COUNT", "batch, BATCH"})
    void isConfigured(String value, LinesReply reply) {
        SettingsReader reader = new SettingsReader(
                ConfigFactory.parseString("penstock.protocol = lines, penstock.lines.reply = " + value)
                        .withFallback(ConfigFactory.parseResources("reference.conf")));
        assertThat(FramingSettings.read(reader).protocol()).isEqualTo(Protocols.lines(reply));
        reader.finish();
    }
}
