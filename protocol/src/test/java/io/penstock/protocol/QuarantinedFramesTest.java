package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.BadFrame.Reason;
import io.penstock.protocol.FrameDecoder.Decoded;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that are too long, with the action to set their beginning aside. */
class QuarantinedFramesTest {
    private static final int MAX = 5;

    private static FrameDecoder decoder(String name) {
        return Protocols.byName(name).orElseThrow().newDecoder(new FrameLimits(MAX, BadFrameAction.QUARANTINE));
    }

    @ParameterizedTest
    @CsvSource({
        "lines, 'a;1234567;bc;', 12345, 7",
        "lines, 'a;123456\r;bc;', 12345, 6",
        "nul, 'a~1234567~bc~', 12345, 7",
        "netstring, '1:a,7:1234567,2:bc,', 12345, 7",
        "syslog, '1 a7 12345672 bc', 12345, 7",
        "syslog, '<1>;<1>4567;<2>;', '<1>45', 7",
        "json, '1 [34567] 22 ', '[3456', 7",
        "json, '1 \"34567\"[2]', '\"3456', 7",
        "json, '1 1234567 22 ', 12345, 7",
        "length:1, '^1a^71234567^2bc', 12345, 7",
        "varint, '^1a^71234567^2bc', 12345, 7",
    })
    void areKeptUpToTheLimitAndTheNextOnesAreUnharmedInAnySplit(String name, String text, String kept, long size) {
        String wire = text.replace(';', '\n')
                .replace('~', '\0')
                .replace("^1", "\1")
                .replace("^7", "\7")
                .replace("^2", "\2");
        for (int piece = 1; piece <= wire.length(); piece++) {
            FrameDecoder decoder = decoder(name);
            List<ByteString> frames = new ArrayList<>();
            List<BadFrame> bad = new ArrayList<>();
            for (int at = 0; at < wire.length(); at += piece) {
                Decoded decoded =
                        decoder.decode(Decoding.bytes(wire.substring(at, Math.min(wire.length(), at + piece))));
                decoded.frames().forEach(frames::add);
                bad.addAll(decoded.bad());
            }
            assertThat(frames).as("pieces of %d", piece).hasSize(2);
            assertThat(bad).singleElement().satisfies(frame -> {
                assertThat(frame.reason()).isEqualTo(Reason.TOO_LONG);
                assertThat(frame.action()).isEqualTo(BadFrameAction.QUARANTINE);
                assertThat(Decoding.text(frame.payload())).isEqualTo(kept);
                assertThat(frame.size()).isEqualTo(size);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines", "json", "netstring"})
    void areCopiesThatKeepNoReadAlive(String name) {
        String wire = switch (name) {
            case "lines" -> "x".repeat(100_000) + "\n";
            case "json" -> "[" + " ".repeat(100_000) + "]";
            default -> "100000:" + "x".repeat(100_000) + ",";
        };
        Decoded decoded = decoder(name).decode(Decoding.bytes(wire));
        assertThat(decoded.bad()).singleElement().satisfies(frame -> {
            assertThat(frame.payload().isCompact()).isTrue();
            assertThat(frame.payload().size()).isEqualTo(MAX);
        });
    }
}
