package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.BadFrame.Reason;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protocols whose frames begin with their length. */
class PrefixedProtocolTest {
    private static Protocol protocol(String name) {
        return Protocols.byName(name).orElseThrow();
    }

    private static Decoding decoding(String name, int max, BadFrameAction action) {
        return new Decoding(protocol(name), max, action);
    }

    private static Decoding decoding(String name) {
        return decoding(name, 1000, BadFrameAction.CLOSE);
    }

    private static String wire(String name, String... payloads) {
        List<ByteString> bytes = new ArrayList<>();
        for (String payload : payloads) {
            bytes.add(Decoding.bytes(payload));
        }
        return protocol(name).encoder().encode(bytes).decodeString(StandardCharsets.ISO_8859_1);
    }

    private static String text(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "length:1, 03616263",
        "length:2, 0003616263",
        "length:2:le, 0300616263",
        "length:4:be, 00000003616263",
        "length:4:le:inclusive, 07000000616263",
        "length:8, 0000000000000003616263",
        "length:1:inclusive, 04616263",
        "varint, 03616263",
        "netstring, 333a6162632c",
        "syslog, 3320616263",
    })
    void writesAndReadsTheseBytes(String name, String hex) {
        String wire = text(hex);
        assertThat(wire(name, "abc")).isEqualTo(wire);
        assertThat(decoding(name).feed(wire, wire + wire).frames).containsExactly("abc", "abc", "abc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"length:2", "length:4:le", "length:8:be:inclusive", "varint", "netstring", "syslog", "json"})
    void findTheSameFramesInAnySplitOfTheBytes(String name) {
        Random random = new Random(20261123);
        for (int round = 0; round < 500; round++) {
            List<String> payloads = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                payloads.add("[" + "x".repeat(random.nextInt(300)) + "]");
            }
            String wire = wire(name, payloads.toArray(String[]::new));
            assertThat(decoding(name)
                            .feedInPieces(wire, random, 1 + random.nextInt(400))
                            .end()
                            .frames)
                    .isEqualTo(payloads);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"length:4", "varint", "netstring"})
    void carryEmptyPayloads(String name) {
        Decoding decoding = decoding(name);
        for (char c : wire(name, "", "a", "").toCharArray()) {
            decoding.feed(String.valueOf(c));
        }
        assertThat(decoding.frames).containsExactly("", "a", "");
        assertThat(decoding.pending()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"length:2", "varint", "netstring", "syslog"})
    void sliceTheReadInsteadOfCopyingIt(String name) {
        ByteString chunk = Decoding.bytes(wire(name, "one", "two", "three"));
        Frames frames = protocol(name)
                .newDecoder(new FrameLimits(100, BadFrameAction.CLOSE))
                .decode(chunk)
                .frames();
        assertThat(frames.size()).isEqualTo(3);
        assertThat(frames.pinnedBytes()).isEqualTo(chunk.size());
    }

    @Nested
    class FramesThatAreTooLong {
        @ParameterizedTest
        @ValueSource(strings = {"length:2", "length:8:le", "varint", "netstring", "syslog"})
        void areDroppedWithoutHarmToTheNextOne(String name) {
            String wire = wire(name, "a", "1234567", "b");
            for (int piece = 1; piece <= wire.length(); piece++) {
                Decoding decoding = decoding(name, 5, BadFrameAction.DROP);
                for (int at = 0; at < wire.length(); at += piece) {
                    decoding.feed(wire.substring(at, Math.min(wire.length(), at + piece)));
                }
                assertThat(decoding.frames).containsExactly("a", "b");
                assertThat(decoding.bad)
                        .singleElement()
                        .satisfies(bad -> assertThat(bad.detail()).contains(" of 7 bytes or more (expected: <= 5)"));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"length:2", "varint", "netstring", "syslog"})
        void areTruncatedInTheirPlace(String name) {
            assertThat(decoding(name, 5, BadFrameAction.TRUNCATE).feed(wire(name, "a", "1234567", "b")).frames)
                    .containsExactly("a", "12345", "b");
        }

        @ParameterizedTest
        @ValueSource(strings = {"length:4", "varint", "netstring", "syslog"})
        void closeByTheirLengthAloneBeforeAnyOfThemHasCome(String name) {
            String wire = wire(name, "1234567");
            Decoding decoding = decoding(name, 5, BadFrameAction.CLOSE).feed(wire.substring(0, wire.indexOf('1')));
            assertThat(decoding.bad)
                    .singleElement()
                    .satisfies(bad -> assertThat(bad.reason()).isEqualTo(Reason.TOO_LONG));
        }

        @Test
        void allocateNothingByTheLengthThatIsClaimed() {
            Decoding decoding = decoding("length:8", 10, BadFrameAction.DROP);
            decoding.feed("\177\377\377\377\377\377\377\377", "x".repeat(100_000));
            assertThat(decoding.pending()).isEqualTo(100_000);
        }
    }

    @Nested
    class WhatIsMalformed {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "length:8 | 8000000000000000 | length 9223372036854775808 (expected: < 2^63)",
                    "length:4:be:inclusive | 00000003 | length 3 (expected: >= 4, as it counts its own bytes)",
                    "varint | ffffffffffffffffffff | length of more than 10 bytes (expected: a varint)",
                    "netstring | 78 | byte 0x78 in a length (expected: a digit)",
                    "netstring | 333b616263 | byte 0x3b in a length (expected: a digit or ':')",
                    "netstring | 30333a6162632c | length with a leading zero (expected: none)",
                    "netstring | 333a61626364 | netstring that does not end where its length says (expected: ,)",
                    "netstring | 313131313131313131313131313131313131313a | length of more than 18 digits",
                    "syslog | 302078 | length 0 (expected: >= 1)",
                    "syslog | 2d312078 | byte 0x2d in a length (expected: a digit)",
                })
        void closesWhateverThePolicy(String name, String hex, String detail) {
            for (BadFrameAction action : BadFrameAction.values()) {
                Decoding whole = decoding(name, 5, action).feed(text(hex));
                assertThat(whole.bad).containsExactly(new BadFrame(Reason.MALFORMED, detail, BadFrameAction.CLOSE));
            }
        }

        @Test
        void isFoundByteByByteAsWell() {
            Decoding decoding = decoding("netstring").feed("3", ":", "a", "b", "c", "d");
            assertThat(decoding.bad).hasSize(1);
            assertThat(decoding.frames).isEmpty();
        }
    }

    @Test
    void aFrameThatTheEndCutsOffIsNotOne() {
        assertThat(decoding("length:2").feed("\0\5abc").end().frames).isEmpty();
        assertThat(decoding("length:2").feed("\0\5abc").pending()).isEqualTo(3);
    }

    @Test
    void aPayloadThatTheLengthCannotSayIsRefused() {
        assertThat(wire("length:1", "x".repeat(255))).hasSize(256);
        assertThatThrownBy(() -> wire("length:1", "x".repeat(256)))
                .hasMessage("a length of 1 bytes cannot say 256 (expected: <= 255)");
        assertThatThrownBy(() -> wire("length:1:le:inclusive", "x".repeat(255))).hasMessageContaining("256");
        assertThatThrownBy(() -> wire("syslog", "")).hasMessageContaining("cannot be empty");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"length", "length:3", "length:4:xe", "length:4:inclusive:be", "length:4:", "lines:2", "nope"})
    void unknownNamesAndOptionsAreNone(String name) {
        assertThat(Protocols.byName(name)).isEmpty();
    }

    @Test
    void namesSayTheirOptions() {
        assertThat(protocol("length:4").name()).isEqualTo("length:4:be");
        assertThat(protocol("length:4:le:inclusive").name()).isEqualTo("length:4:le:inclusive");
        assertThat(Protocols.length(2, ByteOrder.LITTLE_ENDIAN, false).name()).isEqualTo("length:2:le");
        assertThatThrownBy(() -> Protocols.length(3, ByteOrder.BIG_ENDIAN, false))
                .hasMessageContaining("3 bytes");
    }
}
