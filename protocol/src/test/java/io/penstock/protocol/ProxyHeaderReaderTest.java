package io.penstock.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.ProxyHeaderReader.Reading;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderReaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    /** 192.0.2.7:51234 to 198.51.100.1:443. */
    private static final String IPV4 = "c0000207 c6336401 c822 01bb";

    private static ByteString text(String text) {
        return ByteString.fromArray(text.getBytes(ISO_8859_1));
    }

    private static ByteString hex(String digits) {
        return ByteString.fromArray(HexFormat.of().parseHex(digits.replace(" ", "")));
    }

    /** A header of version 2 with these bytes behind the length. */
    private static ByteString v2(String commandAndFamily, String rest) {
        ByteString bytes = hex(rest);
        return hex(SIGNATURE + commandAndFamily + String.format("%04x", bytes.size()))
                .concat(bytes);
    }

    private static Reading.Whole whole(ByteString received) {
        return (Reading.Whole) ProxyHeaderReader.read(received);
    }

    private static String malformed(ByteString received) {
        assertThat(ProxyHeaderReader.read(received)).isInstanceOf(Reading.Malformed.class);
        return ((Reading.Malformed) ProxyHeaderReader.read(received)).reason();
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    @Nested
    class Version1 {
        @Test
        void announcesIpv4Addresses() {
            Reading.Whole read = whole(text("PROXY TCP4 192.0.2.7 198.51.100.1 51234 443\r\n\u0016\u0003\u0001"));
            assertThat(read.length()).isEqualTo(45);
            assertThat(read.header())
                    .isEqualTo(ProxyHeader.of(1, address("192.0.2.7", 51234), address("198.51.100.1", 443)));
        }

        @Test
        void announcesIpv6Addresses() {
            assertThat(whole(text("PROXY TCP6 2001:db8::7 2001:0DB8:0:0:0:0:0:1 0 65535\r\n"))
                            .header())
                    .isEqualTo(ProxyHeader.of(1, address("2001:db8::7", 0), address("2001:db8::1", 65535)));
        }

        @Test
        void anIpv4MappedAddressIsItsIpv4Address() {
            assertThat(whole(text("PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n"))
                            .header()
                            .source())
                    .isEqualTo(address("192.0.2.7", 1));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "PROXY UNKNOWN\r\n",
                    "PROXY UNKNOWN ffff::f ffff::f 65535 65535\r\n",
                    "PROXY UNKNOWN \u0000 what ever\r\n"
                })
        void doesNotSayWhoseTheConnectionIs(String line) {
            assertThat(whole(text(line))).isEqualTo(new Reading.Whole(ProxyHeader.notRelayed(1), line.length()));
        }

        @ParameterizedTest
        @CsvSource(
                delimiterString = " | ",
                value = {
                    "TCP5 192.0.2.7 192.0.2.8 1 2 | \"TCP5\" (expected: TCP4, TCP6 or UNKNOWN)",
                    "UNKNOWNS | 1 fields (expected: 5)",
                    "TCP4 192.0.2.7 192.0.2.8 1 | 4 fields (expected: 5)",
                    "TCP4  192.0.2.7 192.0.2.8 1 2 | 6 fields (expected: 5)",
                    "TCP4 192.0.2.07 192.0.2.8 1 2 | \"192.0.2.07\" (expected: an IPv4 address)",
                    "TCP4 192.0.2.256 192.0.2.8 1 2 | \"192.0.2.256\" (expected: an IPv4 address)",
                    "TCP4 192.0.2 192.0.2.8 1 2 | \"192.0.2\" (expected: an IPv4 address)",
                    "TCP4 localhost 192.0.2.8 1 2 | \"localhost\" (expected: an IPv4 address)",
                    "TCP4 ::1 ::1 1 2 | \"::1\" (expected: an IPv4 address)",
                    "TCP6 192.0.2.7 ::1 1 2 | \"192.0.2.7\" (expected: an IPv6 address)",
                    "TCP6 ::1 fe80::1%eth0 1 2 | \"fe80::1%eth0\" (expected: an IPv6 address)",
                    "TCP6 ::1 1::2::3 1 2 | \"1::2::3\" (expected: an IPv6 address)",
                    "TCP6 ::1 a.example:1 1 2 | \"a.example:1\" (expected: an IPv6 address)",
                    "TCP6 ::1 12345::1 1 2 | \"12345::1\" (expected: an IPv6 address)",
                    "TCP4 192.0.2.7 192.0.2.8 65536 2 | \"65536\" (expected: a port, 0 to 65535, without leading zeros)",
                    "TCP4 192.0.2.7 192.0.2.8 1 02 | \"02\" (expected: a port, 0 to 65535, without leading zeros)",
                    "TCP4 192.0.2.7 192.0.2.8 -1 2 | \"-1\" (expected: a port, 0 to 65535, without leading zeros)",
                })
        void isMalformed(String line, String reason) {
            assertThat(malformed(text("PROXY " + line + "\r\n"))).isEqualTo(reason + " in version 1");
        }

        @Test
        void isNotEndedByALineFeedAlone() {
            ByteString line = text("PROXY TCP4 192.0.2.7 192.0.2.8 1 2\n");
            assertThat(ProxyHeaderReader.read(line)).isEqualTo(new Reading.Incomplete(true));
            assertThat(malformed(line.concat(text("x".repeat(80)))))
                    .isEqualTo("no CRLF in the first 107 bytes of version 1");
        }

        @Test
        void has107BytesAtTheMost() {
            String longest = "PROXY UNKNOWN " + "f".repeat(91) + "\r\n";
            assertThat(whole(text(longest)).length()).isEqualTo(107);
            assertThat(malformed(text("PROXY UNKNOWN " + "f".repeat(92) + "\r\n")))
                    .startsWith("no CRLF");
        }
    }

    @Nested
    class Version2 {
        @Test
        void announcesIpv4Addresses() {
            Reading.Whole read = whole(v2("2111", IPV4).concat(hex("160301")));
            assertThat(read.length()).isEqualTo(28);
            assertThat(read.header())
                    .isEqualTo(ProxyHeader.of(2, address("192.0.2.7", 51234), address("198.51.100.1", 443)));
        }

        @Test
        void announcesIpv6Addresses() {
            assertThat(whole(v2("2121", "20010db8000000000000000000000007 20010db8000000000000000000000001 c822 01bb"))
                            .header())
                    .isEqualTo(ProxyHeader.of(2, address("2001:db8::7", 51234), address("2001:db8::1", 443)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"2000", "2011", "20ff", "2100", "2101"})
        void doesNotSayWhoseTheConnectionIs(String commandAndFamily) {
            assertThat(whole(v2(commandAndFamily, ""))).isEqualTo(new Reading.Whole(ProxyHeader.notRelayed(2), 16));
            assertThat(whole(v2(commandAndFamily, "ffff"))).isEqualTo(new Reading.Whole(ProxyHeader.notRelayed(2), 18));
        }

        @ParameterizedTest
        @ValueSource(strings = {"2131", "2132", "2130"})
        void passesOverThePathsOfUnixSockets(String commandAndFamily) {
            ProxyHeader header =
                    whole(v2(commandAndFamily, "2f".repeat(216) + "020001 61")).header();
            assertThat(header.relayed()).isTrue();
            assertThat(header.source()).isNull();
            assertThat(header.destination()).isNull();
            assertThat(header.authority()).isEqualTo("a");
        }

        @ParameterizedTest
        @ValueSource(strings = {"2112", "2110"})
        void passesOverTheAddressesOfOtherTransports(String commandAndFamily) {
            ProxyHeader header = whole(v2(commandAndFamily, IPV4)).header();
            assertThat(header.relayed()).isTrue();
            assertThat(header.source()).isNull();
        }

        @ParameterizedTest
        @CsvSource(
                delimiterString = " | ",
                value = {
                    "1111 | version and command 0x11 (expected: 0x20 or 0x21)",
                    "2211 | version and command 0x22 (expected: 0x20 or 0x21)",
                    "2f11 | version and command 0x2f (expected: 0x20 or 0x21)",
                    "2141 | family and transport 0x41 (expected: 0 to 3 and 0 to 2)",
                    "2113 | family and transport 0x13 (expected: 0 to 3 and 0 to 2)",
                    "21f1 | family and transport 0xf1 (expected: 0 to 3 and 0 to 2)",
                    "2121 | 12 bytes of addresses (expected: 36 for family 2)",
                    "2131 | 12 bytes of addresses (expected: 216 for family 3)",
                })
        void isMalformed(String commandAndFamily, String reason) {
            assertThat(malformed(v2(commandAndFamily, IPV4))).isEqualTo(reason + " in version 2");
        }

        @Test
        void isBoundedWhateverItClaims() {
            assertThat(malformed(hex(SIGNATURE + "2111" + "1001")))
                    .isEqualTo("a length of 4097 (expected: at most 4096) in version 2");
            assertThat(ProxyHeaderReader.read(hex(SIGNATURE + "2111" + "1000")))
                    .isEqualTo(new Reading.Incomplete(true));
            assertThat(whole(v2("2111", IPV4 + "04 0ff1" + "00".repeat(4081))).length())
                    .isEqualTo(4112);
        }
    }

    @Nested
    class Tlvs {
        private ProxyHeader with(String tlvs) {
            return whole(v2("2111", IPV4 + tlvs)).header();
        }

        private String wrong(String tlvs) {
            return malformed(v2("2111", IPV4 + tlvs));
        }

        @Test
        void sayMoreThanTheAddresses() {
            ProxyHeader header = with("01 0002 6832" + "02 0009 612e6578616d706c65" + "05 0003 00ff80"
                    + "30 0003 626c75" + "04 0002 ffff");
            assertThat(header.source()).isEqualTo(address("192.0.2.7", 51234));
            assertThat(header.alpn()).isEqualTo("h2");
            assertThat(header.authority()).isEqualTo("a.example");
            assertThat(header.uniqueId()).isEqualTo(hex("00ff80"));
            assertThat(header.namespace()).isEqualTo("blu");
            assertThat(header.tls()).isNull();
        }

        @Test
        void sayHowTheClientWasConnectedToTheProxy() {
            ProxyHeader header = with("20 0028 07 00000000"
                    + "21 0007 544c5376312e33"
                    + "22 0006 70756d702d37"
                    + "23 0001 63" + "24 0001 73" + "25 0001 6b"
                    + "26 0001 67");
            assertThat(header.tls()).isEqualTo(new ProxyHeader.Tls("TLSv1.3", "c", true, true, "pump-7", "s", "k"));
        }

        @ParameterizedTest
        @CsvSource({"01, 00000000, false, false", "03, 00000012, true, false", "05, 00000000, true, true"})
        void sayWhetherTheClientsCertificateIsGood(String client, String verify, boolean shown, boolean verified) {
            ProxyHeader.Tls tls = with("20 0005" + client + verify).tls();
            assertThat(tls).isNotNull();
            assertThat(tls.certificate()).isEqualTo(shown);
            assertThat(tls.verified()).isEqualTo(verified);
        }

        @Test
        void sayThatTheClientCameWithoutTls() {
            assertThat(with("20 0005 00 00000000").tls()).isNull();
        }

        @Test
        void ofUnknownTypesArePassedOver() {
            assertThat(with("ee 0001 ff" + "ee 0000" + "02 0001 61").authority())
                    .isEqualTo("a");
        }

        @Test
        void checkTheHeader() {
            // Zeros stand in the place of the checksum while it is computed.
            ByteString header = v2("2111", IPV4 + "03 0004 " + Crc.of(v2("2111", IPV4 + "03 0004 00000000")));
            assertThat(whole(header).header().source()).isEqualTo(address("192.0.2.7", 51234));
        }

        @Test
        void findAHeaderThatWasChanged() {
            assertThat(wrong("03 0004 01020304"))
                    .matches("a TLV of type 0x03 is 01020304 \\(expected: [0-9a-f]{8}\\) in version 2");
        }

        @ParameterizedTest
        @CsvSource(
                delimiterString = " | ",
                value = {
                    "02 | a TLV of 1 bytes (expected: at least 3)",
                    "02 00 | a TLV of 2 bytes (expected: at least 3)",
                    "02 0002 61 | a TLV of type 0x02 is 2 bytes long (expected: at most 1, which are left)",
                    "ee 0001 | a TLV of type 0xee is 1 bytes long (expected: at most 0, which are left)",
                    "02 0001 61 02 0001 62 | a TLV of type 0x02 is there twice (expected: once)",
                    "02 0001 ff | a TLV of type 0x02 is not text (expected: UTF-8)",
                    "03 0003 010203 | a TLV of type 0x03 is 3 bytes long (expected: 4..4)",
                    "20 0004 01000000 | a TLV of type 0x20 is 4 bytes long (expected: >= 5)",
                    "20 0006 0100000000 21 | a TLV of 1 bytes (expected: at least 3)",
                    "20 0009 0100000000 21 0001 ff | a TLV of type 0x21 is not text (expected: UTF-8)",
                })
        void areMalformed(String tlvs, String reason) {
            assertThat(wrong(tlvs)).isEqualTo(reason + " in version 2");
        }

        @Test
        void giveUniqueIdsOf128BytesAtTheMost() {
            assertThat(with("05 0080" + "61".repeat(128)).uniqueId().size()).isEqualTo(128);
            assertThat(wrong("05 0081" + "61".repeat(129)))
                    .isEqualTo("a TLV of type 0x05 is 129 bytes long (expected: 0..128) in version 2");
        }
    }

    @Nested
    class WithoutAHeader {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\u0016\u0003\u0001",
                    "PROXIES",
                    "PRO XY",
                    "proxy TCP4",
                    "\r\n\r\nGET",
                    "\r\n\r\n\u0000\r\nQUIT\r",
                    "GET / HTTP/1.1\r\n"
                })
        void allBytesAreOfTheConnection(String first) {
            assertThat(ProxyHeaderReader.read(text(first))).isEqualTo(new Reading.Absent());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "P", "PROXY", "\r", "\r\n\r\n", "\r\n\r\n\u0000\r\nQUIT"})
        void isNotKnownBeforeThereIsMore(String first) {
            assertThat(ProxyHeaderReader.read(text(first))).isEqualTo(new Reading.Incomplete(false));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "PROXY ",
                    "PROXY TCP4 192",
                    "\r\n\r\n\u0000\r\nQUIT\n",
                    "\r\n\r\n\u0000\r\nQUIT\n!\u0011\u0000"
                })
        void cannotBeOnceTheSignatureIsThere(String first) {
            assertThat(ProxyHeaderReader.read(text(first))).isEqualTo(new Reading.Incomplete(true));
        }
    }

    /** CRC-32C bit by bit (RFC 3720 appendix B.4), so that the JDK's is not compared with itself. */
    private static final class Crc {
        static String of(ByteString bytes) {
            int crc = -1;
            for (byte next : bytes.toArray()) {
                crc ^= next & 0xff;
                for (int bit = 0; bit < 8; bit++) {
                    crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
                }
            }
            return String.format("%08x", ~crc);
        }
    }
}
