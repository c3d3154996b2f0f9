package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.penstock.protocol.FrameDecoder.Decoded;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What must be true of a codec whatever bytes come. The first byte of an input chooses the action for frames that are
 * too long and the limit, the second how the rest, the stream, is split:
 *
 * <pre>
 *   +-----------+------------+--------------------+
 *   | limits    | split      |  bytes on the wire |
 *   +-----------+------------+--------------------+
 *     1 byte      1 byte
 * </pre>
 */
final class Fuzzing {
    private static final int HEADER = 2;
    private static final int HUGE = 1 << 30;

    /** Far more than any decoder needs for an input of some kilobytes, far less than lengths that can be claimed. */
    private static final long ALLOCATION = 256L << 20;

    private Fuzzing() {}

    /** Everything about a protocol whose frames have edges. */
    static void check(Protocol protocol, byte[] input) {
        if (input.length < HEADER) {
            return;
        }
        FrameLimits limits = limits(input[0]);
        ByteString stream = ByteString.fromArray(input, HEADER, input.length - HEADER);
        long before = allocated();
        Outcome whole = run(protocol, limits, List.of(stream));
        Outcome pieces = run(protocol, limits, split(stream, new Random(input[1])));
        Outcome bytes = run(protocol, limits, split(stream, null));
        assertThat(allocated() - before).isLessThan(ALLOCATION);
        assertThat(pieces).isEqualTo(whole);
        assertThat(bytes).isEqualTo(whole);
        assertThat(whole.frames)
                .allSatisfy(frame -> assertThat(frame.size()).isLessThanOrEqualTo(limits.maxFrameSize()));
        if (protocol.acknowledgement() != Protocol.Acknowledgement.ALWAYS) {
            // Json's encoder does not look whether payloads are whole values.
            if (protocol != Protocols.JSON || limits.onBadFrame() != BadFrameAction.TRUNCATE) {
                comesBack(protocol, whole.frames);
            }
            if (protocol != Protocols.JSON) {
                comesBack(protocol, List.of(stream));
            }
        }
    }

    /** Small limits are those that matter; the huge one would show memory that a claimed length takes. */
    static FrameLimits limits(byte choice) {
        BadFrameAction[] actions = BadFrameAction.values();
        int limit = (choice & 0xff) / actions.length;
        return new FrameLimits(limit == 0 ? HUGE : limit, actions[(choice & 0xff) % actions.length]);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    /** In pieces of some bytes each, empty ones among them; byte by byte without a random. */
    static List<ByteString> split(ByteString stream, @Nullable Random random) {
        List<ByteString> pieces = new ArrayList<>();
        for (int at = 0; at < stream.size(); ) {
            int end = Math.min(stream.size(), at + (random == null ? 1 : random.nextInt(9)));
            pieces.add(stream.slice(at, end));
            at = end;
        }
        return pieces;
    }

    static Outcome run(Protocol protocol, FrameLimits limits, List<ByteString> chunks) {
        FrameDecoder decoder = protocol.newDecoder(limits);
        Outcome outcome = new Outcome();
        for (ByteString chunk : chunks) {
            Decoded decoded = decoder.decode(chunk);
            outcome.add(decoded, limits);
            if (decoded.fatal() || decoded.farewell() != null) {
                return outcome;
            }
            assertThat(decoder.pendingBytes()).isNotNegative();
        }
        outcome.add(decoder.end(), limits);
        return outcome;
    }

    /** What can be encoded is decoded to the same. */
    private static void comesBack(Protocol protocol, List<ByteString> payloads) {
        ByteString wire;
        try {
            wire = protocol.encoder().encode(payloads);
        } catch (IllegalArgumentException e) {
            return;
        }
        FrameLimits any = new FrameLimits(HUGE, BadFrameAction.CLOSE);
        assertThat(run(protocol, any, List.of(wire)).frames).isEqualTo(payloads);
    }

    /** All that a decoder has said about a stream. Equal when two of them have said the same. */
    static final class Outcome {
        final List<ByteString> frames = new ArrayList<>();
        private final List<String> bad = new ArrayList<>();
        private final List<ByteString> receipts = new ArrayList<>();
        private ByteString reply = ByteString.emptyByteString();
        private @Nullable ByteString farewell;

        private void add(Decoded decoded, FrameLimits limits) {
            decoded.frames().forEach(frames::add);
            for (int i = 0; i < decoded.frames().size(); i++) {
                receipts.add(decoded.receipt().accepted(i, i + 1));
                receipts.add(decoded.receipt().refused(i, "reason"));
            }
            decoded.bad().forEach(frame -> add(frame, limits));
            reply = reply.concat(decoded.reply());
            farewell = decoded.farewell();
        }

        private void add(BadFrame frame, FrameLimits limits) {
            assertThat(frame.payload().size()).isLessThanOrEqualTo(limits.maxFrameSize());
            assertThat(frame.payload().isCompact()).isTrue();
            // Where the stream is closed at once, how much of the frame had come depends on the split.
            String detail = frame.action() == BadFrameAction.CLOSE
                    ? frame.detail().replaceFirst("of \\d+ bytes", "of n bytes")
                    : frame.detail();
            bad.add(Arrays.asList(
                            frame.reason(),
                            detail,
                            frame.action(),
                            frame.payload().utf8String(),
                            frame.receipt().accepted(0, 1).utf8String(),
                            frame.receipt().refused(0, "reason").utf8String())
                    .toString());
        }

        private List<@Nullable Object> all() {
            return Arrays.asList(frames, bad, receipts, reply, farewell);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Outcome that && all().equals(that.all());
        }

        @Override
        public int hashCode() {
            return all().hashCode();
        }

        @Override
        public String toString() {
            return all().toString();
        }
    }
}
