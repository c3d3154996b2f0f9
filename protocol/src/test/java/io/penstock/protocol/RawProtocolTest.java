package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class RawProtocolTest {
    private static Decoding raw(int max) {
        return new Decoding(Protocols.RAW, max, BadFrameAction.CLOSE);
    }

    @Test
    void passesEachReadOnAsItCame() {
        assertThat(raw(100).feed("a", "bc\n", "\0").end().frames).containsExactly("a", "bc\n", "\0");
    }

    @Test
    void cutsAReadThatIsLongerThanAFrameMayBe() {
        assertThat(raw(3).feed("1234567", "123").frames).containsExactly("123", "456", "7", "123");
    }

    @Test
    void hasNoFrameForAnEmptyRead() {
        assertThat(raw(3).feed("").frames).isEmpty();
    }

    @Test
    void encodesPayloadsOneAfterTheOther() {
        assertThat(Protocols.RAW.encoder().encode(List.of(Decoding.bytes("a"), Decoding.bytes("bc"))))
                .isEqualTo(Decoding.bytes("abc"));
    }

    @Test
    void keepsNothingAliveOfTheReadThatAPayloadIsASliceOf() {
        ByteString slice = ByteString.fromArray(new byte[100_000]).slice(10, 20);
        assertThat(Protocols.RAW.encoder().encode(List.of(slice)).isCompact()).isTrue();
    }
}
