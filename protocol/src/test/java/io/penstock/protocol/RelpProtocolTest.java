package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.BadFrame.Reason;
import io.penstock.protocol.FrameDecoder.Decoded;
import java.util.List;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelpProtocolTest {
    private static final String OPEN =
            "1 open 76 relp_version=0\nrelp_software=librelp,1.11.0,http://x.example\ncommands=syslog\n";
    private static final String OPENED = "1 rsp 60 200 OK\nrelp_version=0\nrelp_software=penstock\ncommands=syslog\n";

    private static Decoding relp(int max, BadFrameAction action) {
        return new Decoding(Protocols.RELP, max, action);
    }

    private static Decoding relp() {
        return relp(1000, BadFrameAction.CLOSE);
    }

    private static Decoding opened(int max, BadFrameAction action) {
        Decoding relp = relp(max, action).feed(OPEN);
        relp.sent.clear();
        return relp;
    }

    private static Decoding opened() {
        return opened(1000, BadFrameAction.CLOSE);
    }

    @Nested
    class Open {
        @Test
        void isAnsweredByOurOffers() {
            Decoding relp = relp().feed(OPEN);
            assertThat(relp.sent).containsExactly(OPENED);
            assertThat(relp.frames).isEmpty();
            assertThat(relp.pending()).isZero();
        }

        @ParameterizedTest
        @CsvSource({"0, 0", "1, 1", "2, 1", "999999999, 1"})
        void agreesOnTheHighestVersionThatBothKnow(int offered, int answered) {
            String offers = "commands=eventlog,syslog\nrelp_version=" + offered;
            assertThat(relp().feed("1 open " + offers.length() + " " + offers + "\n").sent)
                    .containsExactly(OPENED.replace("version=0", "version=" + answered));
        }

        @Test
        void mayHaveEmptyLinesAndOffersThatNobodyKnows() {
            String offers = "\nrelp_version=0\nfoo\nrelp_software=RLP-01\ncommands=syslog\n";
            assertThat(relp().feed("1 open " + offers.length() + " " + offers + "\n").sent)
                    .containsExactly(OPENED);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "commands=syslog | open without a relp_version (expected: relp_version=0 or 1)",
                    "relp_version=x;commands=syslog | open without a relp_version (expected: relp_version=0 or 1)",
                    "relp_version=;commands=syslog | open without a relp_version (expected: relp_version=0 or 1)",
                    "relp_version=,;commands=syslog | open without a relp_version (expected: relp_version=0 or 1)",
                    "relp_version=0 | open without the command syslog (expected: commands=syslog)",
                    "relp_version=0;commands=eventlog | open without the command syslog (expected: commands=syslog)",
                })
        void isRefusedWithAReasonThenClosed(String offers, String reason) {
            Decoding relp = relp().feed("1 open " + offers.length() + " " + offers.replace(';', '\n') + "\n");
            assertThat(relp.sent).containsExactly("1 rsp " + (4 + reason.length()) + " 500 " + reason + "\n");
            assertThat(relp.bad).containsExactly(new BadFrame(Reason.MALFORMED, reason, BadFrameAction.CLOSE));
        }

        @Test
        void isNotGatheredBeyondWhatOffersNeed() {
            assertThat(relp().feed("1 open 4097 ").bad)
                    .containsExactly(new BadFrame(
                            Reason.MALFORMED, "open of 4097 bytes (expected: <= 4096)", BadFrameAction.CLOSE));
        }

        @Test
        void isRefusedInASessionThatIsOpen() {
            assertThat(opened().feed("2 open 0\n").sent)
                    .containsExactly("2 rsp 44 500 command open (expected: syslog or close)\n");
        }
    }

    @Nested
    class Syslog {
        @Test
        void givesAFrameAndAResponseToEach() {
            Decoding relp = opened().feed("2 syslog 7 <34>one\n3 syslog 0\n4 syslog 9 <34>t\nwo\n\n");
            assertThat(relp.frames).containsExactly("<34>one", "", "<34>t\nwo");
            assertThat(relp.sent).containsExactly("2 rsp 6 200 OK\n3 rsp 6 200 OK\n4 rsp 6 200 OK\n");
        }

        @Test
        void isRefusedWithAReasonOfPrintableAscii() {
            Receipt receipt = new RelpReceipt(FrameNumbers.single(7));
            assertThat(Decoding.text(receipt.refused(0, "disk full\n\u001b[1m \u00fcber")))
                    .isEqualTo("7 rsp 23 500 disk full  [1m ?ber\n");
            assertThat(Decoding.text(receipt.refused(0, "x".repeat(100))))
                    .isEqualTo("7 rsp 84 500 " + "x".repeat(80) + "\n");
        }

        @Test
        void isASliceOfTheRead() {
            FrameDecoder decoder = Protocols.RELP.newDecoder(new FrameLimits(100, BadFrameAction.CLOSE));
            ByteString chunk = Decoding.bytes(OPEN + "2 syslog 3 one\n3 syslog 3 two\n");
            Decoded decoded = decoder.decode(chunk);
            assertThat(decoded.frames().size()).isEqualTo(2);
            assertThat(decoded.frames().pinnedBytes()).isEqualTo(chunk.size());
            assertThat(Decoding.text(decoded.receipt().accepted(1, 2))).isEqualTo("3 rsp 6 200 OK\n");
            assertThat(Decoding.text(decoded.receipt().refused(0, "no"))).isEqualTo("2 rsp 6 500 no\n");
        }

        @Test
        void beforeOpenIsRefusedThenClosed() {
            Decoding relp = relp().feed("1 syslog 3 abc\n");
            assertThat(relp.sent).containsExactly("1 rsp 35 500 command syslog (expected: open)\n");
            assertThat(relp.bad).hasSize(1);
            assertThat(relp.frames).isEmpty();
        }

        @Test
        void holdsOnlyWhatHasCome() {
            Decoding relp = opened(1 << 30, BadFrameAction.CLOSE).feed("2 syslog 999999999 abc");
            assertThat(relp.pending()).isEqualTo(19 + 3);
        }
    }

    @Nested
    class MessagesThatAreTooLong {
        private static final String WIRE = "2 syslog 1 a\n3 syslog 7 1234567\n4 syslog 1 b\n";

        @Test
        void areRefusedBeforeTheyHaveComeThenClosed() {
            Decoding relp = opened(5, BadFrameAction.CLOSE).feed("2 syslog 1 a\n3 syslog 7 ");
            assertThat(relp.frames).containsExactly("a");
            assertThat(relp.sent)
                    .containsExactly("2 rsp 6 200 OK\n", "3 rsp 47 500 message of 7 bytes or more (expected: <= 5)\n");
        }

        @Test
        void areRefusedAndDroppedWithoutHarmToTheNextOne() {
            for (int piece = 1; piece <= WIRE.length(); piece++) {
                Decoding relp = inPieces(BadFrameAction.DROP, piece);
                assertThat(relp.frames).containsExactly("a", "b");
                assertThat(String.join("", relp.sent))
                        .contains("2 rsp 6 200 OK\n", "4 rsp 6 200 OK\n", "3 rsp 47 500 message of 7 bytes or more");
            }
        }

        @Test
        void areTruncatedAndAcknowledged() {
            for (int piece = 1; piece <= WIRE.length(); piece++) {
                Decoding relp = inPieces(BadFrameAction.TRUNCATE, piece);
                assertThat(relp.frames).containsExactly("a", "12345", "b");
                assertThat(String.join("", relp.sent)).isEqualTo("2 rsp 6 200 OK\n3 rsp 6 200 OK\n4 rsp 6 200 OK\n");
                assertThat(relp.bad).hasSize(1);
            }
        }

        @Test
        void areSetAsideWithAReceiptForTheirBeginning() {
            for (int piece = 1; piece <= WIRE.length(); piece++) {
                Decoding relp = inPieces(BadFrameAction.QUARANTINE, piece);
                assertThat(relp.frames).containsExactly("a", "b");
                assertThat(relp.bad)
                        .singleElement()
                        .satisfies(bad -> assertThat(bad.payload()).isEqualTo(Decoding.bytes("12345")))
                        .satisfies(bad -> assertThat(Decoding.text(bad.receipt().accepted(0, 1)))
                                .isEqualTo("3 rsp 6 200 OK\n"));
            }
        }

        private Decoding inPieces(BadFrameAction action, int piece) {
            Decoding relp = opened(5, action);
            for (int at = 0; at < WIRE.length(); at += piece) {
                relp.feed(WIRE.substring(at, Math.min(WIRE.length(), at + piece)));
            }
            return relp;
        }
    }

    @Nested
    class Close {
        @Test
        void isAnsweredLastOfAllAndEndsTheConversation() {
            Decoding relp = opened().feed("2 syslog 1 a\n3 close 0\n4 syslog 1 b\n");
            assertThat(relp.frames).containsExactly("a");
            assertThat(relp.sent).containsExactly("2 rsp 6 200 OK\n", "3 rsp 0\n0 serverclose 0\n");
            assertThat(relp.bad).isEmpty();
        }

        @Test
        void isSaidByUsAsAHint() {
            assertThat(Decoding.text(Protocols.RELP.goodbye())).isEqualTo("0 serverclose 0\n");
        }
    }

    @Nested
    class WhatCannotBe {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "'x' | byte 0x78 in a transaction number (expected: a digit)",
                    "' syslog' | byte 0x20 in a transaction number (expected: a digit)",
                    "'2syslog' | byte 0x73 in a transaction number (expected: a digit or a space)",
                    "'1234567890' | transaction number of more than 9 digits",
                    "'2 sys-log' | byte 0x2d in a command (expected: a letter or a space)",
                    "'2  ' | byte 0x20 in a command (expected: a letter)",
                    "'2 abcdefghijklmnopqrstuvwxyzabcdefg' | command of more than 32 letters",
                    "'2 syslog ;' | byte 0x0a in a length (expected: a digit)",
                    "'2 syslog 5;' | byte 0x0a in a length (expected: a digit or a space)",
                    "'2 syslog 1234567890' | length of more than 9 digits",
                    "'2 syslog 0 ;' | byte 0x20 after length 0 (expected: LF)",
                    "'2 syslog 1 ab' | syslog that does not end where its length says (expected: LF)",
                    "'3 syslog 1 a;' | transaction number 3 (expected: 2)",
                    "'0 syslog 1 a;' | transaction number 0 (expected: 2)",
                    "'0 noop 4097 ' | noop of 4097 bytes (expected: <= 4096)",
                })
        void closesWithoutAResponseWhateverThePolicy(String wire, String detail) {
            for (BadFrameAction action : BadFrameAction.values()) {
                Decoding relp = opened(5, action);
                for (char c : wire.replace(';', '\n').toCharArray()) {
                    relp.feed(String.valueOf(c));
                }
                assertThat(relp.bad).containsExactly(new BadFrame(Reason.MALFORMED, detail, BadFrameAction.CLOSE));
                assertThat(relp.sent).isEmpty();
            }
        }

        @Test
        void ofACommandIsRefusedThenClosed() {
            Decoding relp = opened().feed("2 starttls 0\n");
            assertThat(relp.sent).containsExactly("2 rsp 48 500 command starttls (expected: syslog or close)\n");
            assertThat(relp.bad.get(0).action()).isEqualTo(BadFrameAction.CLOSE);
        }

        @Test
        void ofAHintIsPassedOver() {
            assertThat(opened().feed("0 noop 3 a\nb\n2 syslog 1 a\n0 noop 0\n3 syslog 1 b\n").sent)
                    .containsExactly("2 rsp 6 200 OK\n3 rsp 6 200 OK\n");
        }
    }

    @Test
    void findsTheSameInAnySplitOfTheBytes() {
        Random random = new Random(20261123);
        String wire =
                OPEN + "2 syslog 3 one\n3 syslog 0\n0 noop 1 x\n4 syslog 8 12345678\n5 syslog 2 \n\n\n6 close 0\n";
        for (BadFrameAction action : BadFrameAction.values()) {
            Decoding whole = relp(5, action).feed(wire);
            for (int round = 0; round < 500 && action != BadFrameAction.CLOSE; round++) {
                Decoding pieces = relp(5, action).feedInPieces(wire, random, 1 + random.nextInt(30));
                assertThat(pieces.frames).isEqualTo(whole.frames);
                assertThat(pieces.bad).hasSameSizeAs(whole.bad);
                assertThat(String.join("", pieces.sent).lines())
                        .containsExactlyInAnyOrderElementsOf(
                                String.join("", whole.sent).lines().toList());
            }
        }
    }

    @Test
    void numbersGoOnFromOneAfterTheHighest() {
        assertThat(RelpFrames.txnr(999_999_999)).isEqualTo(999_999_999);
        assertThat(RelpFrames.txnr(1_000_000_000)).isEqualTo(1);
        assertThat(RelpFrames.txnr(1_999_999_999)).isEqualTo(1);
    }

    @Test
    void hasNothingThatAServerCouldSend() {
        assertThat(Protocols.RELP.encoder().encode(List.of()).isEmpty()).isTrue();
        assertThatThrownBy(() -> Protocols.RELP.encoder().encode(List.of(Decoding.bytes("abc"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a reply of 3 bytes (expected: a processor that does not reply)");
    }
}
