package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRangeTest {
    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getByName(text);
    }

    @Nested
    class Reading {
        @ParameterizedTest
        @CsvSource({
            "10.0.0.0/8, 10.0.0.0/8",
            "0.0.0.0/0, 0.0.0.0/0",
            "192.0.2.7, 192.0.2.7",
            "192.0.2.7/32, 192.0.2.7",
            "::/0, ::/0",
            "2001:DB8:0:0::/32, 2001:db8::/32",
            "2001:db8::1, 2001:db8::1",
            "2001:db8::8000:0:0:0/65, 2001:db8:0:0:8000::/65",
            "::ffff:10.0.0.0/104, 10.0.0.0/8",
            "::ffff:0:0/96, 0.0.0.0/0",
            "::ffff:192.0.2.7, 192.0.2.7",
        })
        void saysAgainWhatItHasRead(String text, String said) {
            assertThat(AddressRange.parse(text)).hasToString(said);
            assertThat(AddressRange.parse(said)).isEqualTo(AddressRange.parse(text));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "10.0.0.1/8 | 10.0.0.1/8 (expected: 10.0.0.0/8, or 10.0.0.1 for the one address)",
                    "2001:db8::1/64 | 2001:db8::1/64 (expected: 2001:db8::/64, or 2001:db8::1 for the one address)",
                    "10.0.0.0/33 | 10.0.0.0/33 (expected: a prefix of 0 to 32 bits)",
                    "::/129 | ::/129 (expected: a prefix of 0 to 128 bits)",
                    "::ffff:10.0.0.0/95 | ::ffff:10.0.0.0/95 (expected: a prefix of 96 to 128 bits)",
                    "10.0.0/8 | 10.0.0/8 (expected: an IPv4 or IPv6 address, and maybe the length of a prefix)",
                    "localhost | localhost (expected: an IPv4 or IPv6 address, and maybe the length of a prefix)",
                    "10.0.0.0/ | 10.0.0.0/ (expected: an address or a network such as 10.0.0.0/8 or 2001:db8::/32)",
                    "10.0.0.0/-1 | 10.0.0.0/-1 (expected: an address or a network such as 10.0.0.0/8 or 2001:db8::/32)",
                    "fe80::1%eth0 | fe80::1%eth0 (expected: an IPv4 or IPv6 address, and maybe the length of a prefix)",
                })
        void saysWhatIsWrongAndWhatWouldBeRight(String text, String words) {
            assertThatThrownBy(() -> AddressRange.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(words);
        }
    }

    @Nested
    class Holding {
        @ParameterizedTest
        @CsvSource({
            "10.0.0.0/8, 10.255.255.255, true",
            "10.0.0.0/8, 11.0.0.0, false",
            "0.0.0.0/0, 203.0.113.1, true",
            "0.0.0.0/0, ::1, false",
            "::/0, 203.0.113.1, false",
            "::/0, ffff::1, true",
            "2001:db8::/33, 2001:db8:7fff::1, true",
            "2001:db8::/33, 2001:db8:8000::1, false",
            "2001:db8::/64, 2001:db8::ffff:1, true",
            "2001:db8::/127, 2001:db8::1, true",
            "2001:db8::/127, 2001:db8::2, false",
            "192.0.2.7, 192.0.2.7, true",
            "192.0.2.7, 192.0.2.8, false",
        })
        void goesByTheFirstBits(String range, String address, boolean held) throws UnknownHostException {
            assertThat(AddressRange.parse(range).contains(address(address))).isEqualTo(held);
        }

        @Test
        void takesAMappedAddressForItsIpv4Address() throws UnknownHostException {
            byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};
            InetAddress sixteenBytes = Inet6Address.getByAddress(null, mapped, -1);
            assertThat(sixteenBytes).isInstanceOf(Inet6Address.class);
            assertThat(AddressRange.parse("10.0.0.0/8").contains(sixteenBytes)).isTrue();
            assertThat(AddressRange.site(sixteenBytes)).isEqualTo(AddressRange.parse("10.1.2.3"));
        }

        /** Compared with the bits one by one. */
        @RepeatedTest(100)
        void agreesWithTheDefinition() throws UnknownHostException {
            Random random = new Random();
            byte[] network = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(network);
            int bits = random.nextInt(network.length * 8 + 1);
            byte[] other = network.clone();
            int flipped = random.nextInt(network.length * 8);
            other[flipped / 8] ^= (byte) (0x80 >> flipped % 8);
            AddressRange range =
                    AddressRange.of(InetAddress.getByAddress(network)).first(bits);

            assertThat(range.contains(InetAddress.getByAddress(network))).isTrue();
            assertThat(range.contains(InetAddress.getByAddress(other)))
                    .as("bit %s of %s", flipped, range)
                    .isEqualTo(flipped >= bits);
            assertThat(AddressRange.parse(range.toString())).isEqualTo(range);
        }
    }

    @Test
    void aClientIsAtItsAddressOrTheSixtyFourBitsBeforeIt() throws UnknownHostException {
        assertThat(AddressRange.site(address("192.0.2.7"))).hasToString("192.0.2.7");
        assertThat(AddressRange.site(address("2001:db8:1:2:3:4:5:6"))).hasToString("2001:db8:1:2::/64");
    }

    @Test
    void aListFindsWhatOneOfItsRangesHolds() throws UnknownHostException {
        AddressList list = new AddressList(IntStream.range(0, 100_000)
                .mapToObj(i -> AddressRange.parse("10." + i / 256 % 256 + "." + i % 256 + ".0/25"))
                .toList());
        AddressList mixed =
                new AddressList(List.of(AddressRange.parse("2001:db8::/32"), AddressRange.parse("192.0.2.7")));
        assertThat(list.find(address("10.3.4.127"))).contains(AddressRange.parse("10.3.4.0/25"));
        assertThat(list.find(address("10.3.4.128"))).isEmpty();
        assertThat(list.find(address("::1"))).isEmpty();
        assertThat(mixed.find(address("2001:db8:9::1"))).contains(AddressRange.parse("2001:db8::/32"));
        assertThat(mixed.find(address("192.0.2.7"))).contains(AddressRange.parse("192.0.2.7"));
        assertThat(AddressList.NOBODY.find(address("192.0.2.7"))).isEmpty();
    }
}
