package io.penstock.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeNameTest {
    private static final int ROOM = 80;

    @ParameterizedTest
    @CsvSource({
        "web-1.example.com, web-1.example.com",
        "Pump_7@Site, Pump_7@Site",
        "'', %",
        "., %2E",
        ".., %2E.",
        "../../etc/passwd, %2E.%2F..%2Fetc%2Fpasswd",
        ".profile, %2Eprofile",
        "a\\b, a%5Cb",
        "100%, 100%25",
        "'CN=pump-7,O=A B', CN%3Dpump-7%2CO%3DA%20B",
        "::1, %3A%3A1",
        "é, %C3%A9",
        "unknown, %75nknown",
        "anonymous, %61nonymous",
        "overflow, %6Fverflow",
        "Unknown, Unknown"
    })
    void keepsWhatIsPlainAndEncodesTheRest(String value, String name) {
        assertThat(SafeName.of(value, "", ROOM)).isEqualTo(name);
    }

    @Test
    void endsNoNameAtNulAndHidesNoControlCharacter() {
        assertThat(SafeName.of("a\0b\n\u001b", "", ROOM)).isEqualTo("a%00b%0A%1B");
    }

    @Test
    void encodesWhatSeparatesValues() {
        assertThat(SafeName.of("a-b-c", "-", ROOM)).isEqualTo("a%2Db%2Dc");
    }

    @Test
    void tellsLongValuesApartByADigest() {
        String one = SafeName.of("x".repeat(1000) + 1, "", ROOM);
        String two = SafeName.of("x".repeat(1000) + 2, "", ROOM);

        assertThat(one).hasSize(ROOM).matches("x{46}%-[0-9a-f]{32}").isNotEqualTo(two);
    }

    @Test
    void cutsNoEscape() {
        for (int plain = 0; plain < 4; plain++) {
            assertThat(SafeName.of("x".repeat(plain) + "/".repeat(1000), "", ROOM))
                    .matches("x*(%2F)+%-[0-9a-f]{32}")
                    .hasSizeLessThanOrEqualTo(ROOM);
        }
    }

    @Test
    void givesDifferentValuesDifferentSafeNames() {
        Random random = new Random(5);
        byte[] alphabet = {'a', '.', '/', '%', '2', 'F', '-', 0, '\n', (byte) 0xc3, 'u'};
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            byte[] value = new byte[random.nextInt(random.nextInt(10) == 0 ? 200 : 6)];
            for (int j = 0; j < value.length; j++) {
                value[j] = alphabet[random.nextInt(alphabet.length)];
            }
            String name = SafeName.of(value, "", SafeName.LEAST_ROOM);
            String before = values.put(name, Arrays.toString(value));

            assertThat(name).matches("[A-Za-z0-9_@%-][A-Za-z0-9._@%-]*").hasSizeLessThanOrEqualTo(SafeName.LEAST_ROOM);
            assertThat(before).isIn(null, Arrays.toString(value));
        }
    }
}
