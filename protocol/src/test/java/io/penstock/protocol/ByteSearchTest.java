package io.penstock.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ByteSearchTest {
    @Test
    void findsTheFirstOneWhereverItIsAndWhateverIsAroundIt() {
        // 0x0b is what a borrow from a found 0x0a would make look like one.
        for (byte other : new byte[] {0x0b, 0x00, 0x09, (byte) 0x8a, (byte) 0xff}) {
            for (int length = 0; length < 40; length++) {
                for (int from = 0; from <= length; from++) {
                    for (int at = 0; at < length; at++) {
                        byte[] bytes = new byte[length];
                        Arrays.fill(bytes, other);
                        bytes[at] = '\n';
                        assertThat(ByteSearch.indexOf(bytes, (byte) '\n', from)).isEqualTo(at < from ? -1 : at);
                    }
                }
            }
        }
    }

    @Test
    void findsTheFirstOfMany() {
        byte[] bytes = "0123\n5\n\n\n9\n".getBytes(US_ASCII);

        assertThat(ByteSearch.indexOf(bytes, (byte) '\n', 0)).isEqualTo(4);
        assertThat(ByteSearch.indexOf(bytes, (byte) '\n', 5)).isEqualTo(6);
        assertThat(ByteSearch.indexOf(bytes, (byte) '\n', 8)).isEqualTo(8);
        assertThat(ByteSearch.indexOf(bytes, (byte) '\n', 9)).isEqualTo(10);
        assertThat(ByteSearch.indexOf(bytes, (byte) '\n', 11)).isEqualTo(-1);
    }

    @Test
    void findsBytesThatAreNegative() {
        assertThat(ByteSearch.indexOf(new byte[] {0, 127, -128, -1, 1, 2, 3, 4, -1}, (byte) -1, 4))
                .isEqualTo(8);
        assertThat(ByteSearch.indexOf(new byte[] {0, 127, -128, -1, 1, 2, 3, 4, -1}, (byte) -128, 0))
                .isEqualTo(2);
    }

    @Test
    void findsNothingWhereThereIsNothing() {
        assertThat(ByteSearch.indexOf(new byte[0], (byte) 0, 0)).isEqualTo(-1);
        assertThat(ByteSearch.indexOf("no line".getBytes(US_ASCII), (byte) '\n', 0))
                .isEqualTo(-1);
    }
}
