package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.penstock.protocol.BadFrame.Reason;
import io.penstock.protocol.FrameDecoder.Decoded;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A frame of 100 MiB (JSON: 10 MiB), under each policy: what it costs, and that the connection's next frame is unharmed. The chunks
 * share one array, so that all that is allocated is the decoder's own.
 */
class EndlessFrameTest {
    private static final int MAX = 64 << 10;
    private static final int CHUNK = 64 << 10;
    private static final int CHUNKS = 1600;
    /** Of a codec that looks at every byte. */
    private static final int FEW_CHUNKS = 160;

    private static final int LENGTH = CHUNK * CHUNKS;

    /** A frame of {@link #MAX} that is gathered, grown and copied out, and for each chunk what its handling costs. */
    private static final long ALLOCATION = 8L * MAX + CHUNKS * 2048L;

    /**
     * How a frame goes on the wire.
     *
     * @param hello what comes before the first frame
     * @param before the payload
     * @param filler the byte of which the payload is
     * @param after the payload
     * @param next a small frame behind it
     * @param frame its payload
     */
    private record Wire(
            String protocol, String hello, String before, char filler, String after, String next, String frame) {
        /** What is kept of the endless one: as far as a frame begins with what stands before the filler. */
        boolean keeps(ByteString kept) {
            return kept.size() == MAX && kept.apply(MAX - 1) == filler;
        }

        @Override
        public String toString() {
            return protocol;
        }
    }

    private static final List<Wire> WIRES = List.of(
            new Wire("lines", "", "", 'x', "\n", "next\n", "next"),
            new Wire("nul", "", "", 'x', "\0", "next\0", "next"),
            new Wire("length:4", "", bigEndian(LENGTH), 'x', "", "\0\0\0\4next", "next"),
            new Wire("varint", "", varint(LENGTH), 'x', "", "\4next", "next"),
            new Wire("netstring", "", LENGTH + ":", 'x', ",", "4:next,", "next"),
            new Wire("json", "", "\"", 'x', "\"", "[4]", "[4]"),
            new Wire("json", "", "[", ' ', "]", "[4]", "[4]"),
            new Wire("json", "", "", '1', " ", "[4]", "[4]"),
            new Wire("syslog", "", LENGTH + " ", 'x', "", "4 next", "next"),
            new Wire("syslog", "", "<1>", 'x', "\n", "<1>next\n", "<1>next"),
            new Wire(
                    "relp",
                    "1 open 30 relp_version=0\ncommands=syslog\n",
                    "2 syslog " + LENGTH + " ",
                    'x',
                    "\n",
                    "3 syslog 4 next\n",
                    "next"));

    static Stream<Arguments> all() {
        return WIRES.stream()
                .flatMap(wire -> Arrays.stream(BadFrameAction.values()).map(action -> Arguments.of(wire, action)));
    }

    private final List<ByteString> frames = new ArrayList<>();
    private final List<BadFrame> bad = new ArrayList<>();
    private int mostPinned;
    private boolean over;

    @ParameterizedTest
    @MethodSource("all")
    void costsNoMoreThanTheLimitAndLeavesTheNextOneUnharmed(Wire wire, BadFrameAction action) {
        decode(
                wire,
                action); // once unmeasured, as classes are loaded at the expense of the thread that first needs them
        frames.clear();
        bad.clear();
        mostPinned = 0;
        over = false;

        long allocated = allocated();
        decode(wire, action);

        assertThat(allocated() - allocated).isLessThan(ALLOCATION);
        assertThat(bad).singleElement().satisfies(one -> {
            assertThat(one.reason()).isEqualTo(Reason.TOO_LONG);
            assertThat(one.action()).isEqualTo(action);
        });
        assertThat(mostPinned).isLessThanOrEqualTo(MAX + CHUNK);
        switch (action) {
            case CLOSE -> assertThat(frames).isEmpty();
            case DROP -> assertThat(frames).containsExactly(bytes(wire.frame()));
            case QUARANTINE -> {
                assertThat(bad.get(0).payload()).matches(wire::keeps);
                assertThat(frames).containsExactly(bytes(wire.frame()));
            }
            case TRUNCATE -> {
                assertThat(frames).hasSize(2).last().isEqualTo(bytes(wire.frame()));
                assertThat(frames.get(0)).matches(wire::keeps);
            }
        }
    }

    private void decode(Wire wire, BadFrameAction action) {
        FrameDecoder decoder = Protocols.byName(wire.protocol()).orElseThrow().newDecoder(new FrameLimits(MAX, action));
        ByteString chunk = bytes(String.valueOf(wire.filler()).repeat(CHUNK));
        take(decoder, bytes(wire.hello()));
        take(decoder, bytes(wire.before()));
        int chunks = wire.protocol().equals("json") ? FEW_CHUNKS : CHUNKS;
        for (int i = 0; i < chunks && !over; i++) {
            take(decoder, chunk);
        }
        take(decoder, bytes(wire.after() + wire.next()));
    }

    private void take(FrameDecoder decoder, ByteString chunk) {
        if (over || chunk.isEmpty()) {
            return;
        }
        Decoded decoded = decoder.decode(chunk);
        decoded.frames().forEach(frames::add);
        bad.addAll(decoded.bad());
        mostPinned = Math.max(mostPinned, decoded.frames().pinnedBytes());
        over = decoded.fatal();
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static ByteString bytes(String text) {
        return ByteString.fromString(text, StandardCharsets.ISO_8859_1).compact();
    }

    private static String bigEndian(int length) {
        StringBuilder bytes = new StringBuilder();
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes.append((char) ((length >>> shift) & 0xff));
        }
        return bytes.toString();
    }

    private static String varint(int length) {
        StringBuilder bytes = new StringBuilder();
        int rest = length;
        for (; rest > 0x7f; rest >>>= 7) {
            bytes.append((char) ((rest & 0x7f) | 0x80));
        }
        return bytes.append((char) rest).toString();
    }
}
